"""The YAML beside this code into records. What contradicts itself is refused with a sentence that names the entry."""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext

from imaging.evidence.errors import BrokenEvidence
from imaging.evidence.records import (
    FORMS,
    Descriptor,
    Edition,
    Evidence,
    Interval,
    Kind,
    Rate,
    Source,
    Study,
    StudyKind,
    Usual,
)
from imaging.evidence.wilson import wilson_interval

DATA = Path(__file__).with_name("data")
GROUPS = {
    "benign": Kind.BENIGN,
    "suspicious": Kind.SUSPICIOUS,
    "classes": Kind.CLASS,
    "distributions": Kind.DISTRIBUTION,
    "categories": Kind.CATEGORY,
}
# What a rate may be of, by the name in the file: the field of the record, and the kinds of word that may stand there.
SUBJECTS = {
    "morphology": ("morphologies", FORMS),
    "distribution": ("distributions", (Kind.DISTRIBUTION,)),
    "category": ("categories", (Kind.CATEGORY,)),
}
TENTH = Decimal("0.1")
Record = TypeVar("Record")


def load_evidence(folder: Path = DATA) -> Evidence:
    words = read_yaml(folder / "descriptors.yaml")
    descriptors = _make_descriptors(words)
    studies = {key: _make_study(key, entry) for key, entry in read_yaml(folder / "studies.yaml").items()}
    rates = tuple(_make_rate(entry, studies, descriptors) for entry in read_yaml(folder / "rates.yaml"))
    _refuse_duplicates(rates)
    usual = [_make(Usual, gettext("a cell"), entry) for entry in words["cells"]]
    for cell in usual:
        for key in (cell.morphology, cell.distribution):
            if key not in descriptors:
                raise BrokenEvidence(gettext("A cell names “{key}”, which no descriptor is.").format(key=key))
    edition = _make(Edition, gettext("edition"), words["edition"])
    return Evidence(
        edition, studies, descriptors, rates, {(cell.morphology, cell.distribution): cell for cell in usual}
    )


class _UniqueKeys(yaml.SafeLoader):
    """YAML takes the last of two entries of one name; here that is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise BrokenEvidence(gettext("“{key}” stands twice.").format(key=min(twice)))
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Raises BrokenEvidence where a key stands twice."""
    return yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a SafeLoader


def _make(record: Callable[..., Record], name: str, entry: dict[str, Any]) -> Record:
    try:
        return record(**entry)
    except TypeError as error:
        told = gettext("{name}: a field is missing or unknown ({error}).")
        raise BrokenEvidence(told.format(name=name, error=error)) from error


def _make_descriptors(words: dict[str, Any]) -> dict[str, Descriptor]:
    descriptors: dict[str, Descriptor] = {}
    for group, kind in GROUPS.items():
        for key, entry in words[group].items():
            if key in descriptors:
                raise BrokenEvidence(gettext("“{key}” stands twice.").format(key=key))
            fields = {**entry, "old_words": tuple(entry.get("old_words", ()))}
            descriptors[key] = _make(Descriptor, key, {"key": key, "kind": kind, **fields})
    return descriptors


def _make_study(key: str, entry: dict[str, Any]) -> Study:
    try:
        kind = StudyKind(entry.get("kind", StudyKind.SERIES))
    except ValueError as error:
        raise BrokenEvidence(f"{key}: {error}") from error
    return _make(Study, key, {**entry, "key": key, "kind": kind})


def _make_rate(entry: dict[str, Any], studies: dict[str, Study], descriptors: dict[str, Descriptor]) -> Rate:
    name = _name(entry)
    study = studies.get(entry.get("study", ""))
    if study is None:
        raise BrokenEvidence(gettext("{name}: the study is not listed in studies.yaml.").format(name=name))
    fields = {key: value for key, value in entry.items() if key not in (*SUBJECTS, "study", "implied", "interval")}
    for subject, (field, kinds) in SUBJECTS.items():
        fields[field] = _keys(entry.get(subject, []))
        for key in fields[field]:
            if key not in descriptors or descriptors[key].kind not in kinds:
                told = gettext("{name}: there is no {subject} “{key}”.")
                raise BrokenEvidence(told.format(name=name, subject=subject, key=key))
    fields |= {
        "study": study,
        "percent": _percent(name, entry.get("percent")),
        "is_implied": entry.get("implied", False),
    }
    rate = _make(Rate, name, fields)
    _check_counts(name, rate)
    return _make(Rate, name, {**fields, "interval": _make_interval(name, rate, entry.get("interval"))})


def _name(entry: dict[str, Any]) -> str:
    """How an entry is called in a refusal: its study, what it is of, and its part."""
    subjects = [" + ".join(_keys(entry[subject])) for subject in SUBJECTS if subject in entry]
    return ", ".join(filter(None, [str(entry.get("study", "?")), *subjects, str(entry.get("part", ""))]))


def _keys(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _percent(name: str, value: object) -> Decimal:
    try:
        percent = Decimal(str(value))
    except InvalidOperation:
        percent = Decimal(-1)
    if not 0 <= percent <= 100:
        raise BrokenEvidence(gettext("{name}: “{value}” is no percentage.").format(name=name, value=value))
    return percent


def _check_counts(name: str, rate: Rate) -> None:
    if rate.malignant is None:
        if rate.is_implied:
            raise BrokenEvidence(gettext("{name}: implied counts are to be written down.").format(name=name))
        return
    if rate.n is None or not 0 <= rate.malignant <= rate.n:
        raise BrokenEvidence(gettext("{name}: there are more malignant ones than lesions.").format(name=name))
    fits = _fits(rate.malignant, rate.n, rate.percent)
    if fits == bool(rate.misprint):
        told = (
            gettext("{name}: a misprint is noted, but {malignant} of {n} is {percent} percent.")
            if fits
            else gettext("{name}: {malignant} of {n} is not {percent} percent; note a misprint, or correct it.")
        )
        counts = {"malignant": rate.malignant, "n": rate.n, "percent": rate.percent}
        raise BrokenEvidence(told.format(name=name, **counts))
    near = (rate.malignant - 1, rate.malignant + 1)
    if rate.is_implied and any(_fits(count, rate.n, rate.percent) for count in near):
        raise BrokenEvidence(gettext("{name}: other counts fit the percentage, too.").format(name=name))


def _fits(malignant: int, n: int, percent: Decimal) -> bool:
    """Whether it is that percentage, as rounded as it is printed."""
    step = Decimal(1).scaleb(int(percent.as_tuple().exponent))
    return abs(Decimal(100 * malignant) / n - percent) <= step / 2


def _make_interval(name: str, rate: Rate, published: list[float] | None) -> Interval | None:
    if published is not None:
        low, high = (_percent(name, end) for end in published)
        if not low <= rate.percent <= high:
            told = gettext("{name}: {percent} percent is outside its interval, {low} to {high}.")
            raise BrokenEvidence(told.format(name=name, percent=rate.percent, low=low, high=high))
        return Interval(low, high, Source.PUBLISHED)
    # Where percent and counts disagree, neither can carry an interval.
    if rate.n is None or rate.misprint:
        return None
    if rate.malignant is None:
        return _wilson(float(rate.percent) / 100, rate.n, Source.PERCENT)
    return _wilson(rate.malignant / rate.n, rate.n, Source.IMPLIED if rate.is_implied else Source.COUNTS)


def _wilson(share: float, n: int, source: Source) -> Interval:
    low, high = (Decimal(100 * end).quantize(TENTH, ROUND_HALF_UP) for end in wilson_interval(share, n))
    return Interval(low, high, source)


def _refuse_duplicates(rates: Iterable[Rate]) -> None:
    seen: set[tuple[object, ...]] = set()
    for rate in rates:
        subject = (rate.study.key, rate.morphologies, rate.distributions, rate.categories, rate.part)
        if subject in seen:
            words = ", ".join(" + ".join(part) if isinstance(part, tuple) else str(part) for part in subject if part)
            raise BrokenEvidence(gettext("{name}: stands twice.").format(name=words))
        seen.add(subject)
