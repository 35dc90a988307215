"""The published rates of a descriptor (imaging.evidence) as the table that lessons and guides draw."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.translation import gettext

from imaging.evidence.lookup import ALL, get_evidence, list_descriptors, range_of, rates_of
from imaging.evidence.records import FORMS, Kind, Range, Rate, Source, Study, StudyKind

Choices = list[tuple[str, list[tuple[str, str]]]]


def list_choices() -> Choices:
    """What a table can be of: all that has a rate."""
    groups = {
        gettext("Together"): [(ALL, gettext("All calcifications"))],
        gettext("Forms"): _choices(*FORMS),
        gettext("Distributions"): _choices(Kind.DISTRIBUTION),
        gettext("Categories"): _choices(Kind.CATEGORY),
    }
    return list(groups.items())


def _choices(*kinds: Kind) -> list[tuple[str, str]]:
    return [(word.key, word.name) for word in list_descriptors(*kinds) if rates_of(word.key)]


def has_rates(key: str) -> bool:
    return any(key == known for _, choices in list_choices() for known, _ in choices)


def make_table(key: str) -> dict[str, Any]:
    """What a table's block is made of, of one descriptor."""
    name = gettext("All calcifications") if key == ALL else get_evidence().descriptors[key].name
    return tabulate(range_of(key), key, name=name)


def tabulate(
    found: Range, *keys: str, name: str, name_study: Callable[[Study], str] = lambda study: study.name
) -> dict[str, Any]:
    """Of what has these keys: what makes the range, from the highest, and then what stands beside it.

    `name_study` may return a link.
    """
    rates = [*found.rates, *found.others]
    headings = (("text", gettext("Study and year")), ("text", "n"), ("rate", gettext("Malignant")))
    rows = [(conditional_escape(name_study(rate.study)), escape(describe_n(rate, *keys)), rate) for rate in rates]
    return {
        "table": {
            "caption": gettext("{name}, malignant by study").format(name=name),
            "columns": [{"type": kind, "heading": heading} for kind, heading in headings],
            "rows": [{"values": [study, n, _make_cell(rate)]} for study, n, rate in rows],
        },
        "source": escape(" ".join([*tell_order(found), *tell_sources(rates)])),
    }


def tell_order(found: Range) -> list[str]:
    if not (found.rates and found.others):
        return []
    return [
        gettext(
            "First the whole series without masses, from the highest; then parts of series, what is counted together, "
            "series with masses, and the atlas."
        )
    ]


def _make_cell(rate: Rate) -> dict[str, str | None]:
    low, high = (str(rate.interval.low), str(rate.interval.high)) if rate.interval else (None, None)
    return {"percent": str(rate.percent), "low": low, "high": high}


def describe_n(rate: Rate, *keys: str) -> str:
    """Out of how many, and what is to be known of them."""
    study = rate.study
    return ", ".join(filter(None, [_count(rate), rate.part, _others(rate, keys), rate.note, *_marks(study)]))


def _count(rate: Rate) -> str:
    study = rate.study
    if rate.n is not None:
        return f"{rate.n:,} {study.unit}"
    if study.n is not None:
        return gettext("{n} {unit} in all").format(n=f"{study.n:,}", unit=study.unit)
    return gettext("n not stated") if study.kind == StudyKind.ATLAS else gettext("n not seen")


def _others(rate: Rate, keys: Sequence[str]) -> str:
    """With what else the study counts it as one."""
    words = get_evidence().descriptors
    names = [
        words[other].name.lower()
        for together in (rate.morphologies, rate.distributions, rate.categories)
        for other in together
        if len(together) > 1 and other not in keys
    ]
    return gettext("counted with {names}").format(names=gettext(" and ").join(names)) if names else ""


def _marks(study: Study) -> list[str]:
    return [
        words
        for is_marked, words in (
            (study.kind == StudyKind.POOLED, gettext("pooled")),
            (study.with_masses, gettext("masses included")),
            (not study.is_read, gettext("paper not read by us")),
        )
        if is_marked
    ]


def tell_sources(rates: list[Rate]) -> list[str]:
    """In sentences: who published it, and where each interval comes from."""
    return [*tell_places(rates), *tell_intervals(rates)]


def tell_places(rates: list[Rate]) -> list[str]:
    return [f"{name}." for name in dict.fromkeys(_shorten(rate.study) for rate in rates)]


def tell_intervals(rates: list[Rate]) -> list[str]:
    """With what is known to be misprinted."""
    told = []
    if published := _of(rates, Source.PUBLISHED):
        names = ", ".join(dict.fromkeys(rate.study.name for rate in published))
        told.append(gettext("Intervals as published: {studies}.").format(studies=names))
    calculated = [
        words.format(studies=", ".join(map(_name_counts, of)))
        for source, words in (
            (Source.COUNTS, gettext("from counts, {studies}")),
            (Source.IMPLIED, gettext("from counts that the printed percentages imply, {studies}")),
            (Source.PERCENT, gettext("from percentage and n, {studies}")),
        )
        if (of := _of(rates, source))
    ]
    if calculated:
        words = gettext("Wilson 95 percent intervals calculated by eScan Academy: {sources}.")
        told.append(words.format(sources="; ".join(calculated)))
    return told + [rate.misprint for rate in rates if rate.misprint]


def _of(rates: list[Rate], source: Source) -> list[Rate]:
    return [rate for rate in rates if rate.interval and rate.interval.source == source]


def _name_counts(rate: Rate) -> str:
    if rate.malignant is None:
        return rate.study.name
    counts = {"study": rate.study.name, "malignant": rate.malignant, "n": f"{rate.n:,}"}
    return gettext("{study} ({malignant} of {n})").format(**counts)


def _shorten(study: Study) -> str:
    first = study.authors.partition(",")[0]
    place = f"{study.journal} {study.year}"
    short = place if first in ("", study.journal) else f"{first}, {place}"
    return f"{short}, {study.read}" if study.kind == StudyKind.ATLAS else short
