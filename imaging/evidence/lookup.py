"""What was published on the malignant share of breast calcifications. Guides, lessons and the aid read the same."""

from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext

from imaging.evidence.loading import load_evidence
from imaging.evidence.records import FORMS, Cell, Column, Descriptor, Evidence, Kind, Matrix, Range, Rate, Row

ALL = "all"
"""In place of a descriptor's key: all calcifications of a series."""
# A benign form whose arrangement decides stands above the suspicious ones.
ROUND = "round"
# What lies so may well be worse than its form by itself.
ALONG_A_DUCT = ("linear", "segmental")


@cache
def get_evidence() -> Evidence:
    return load_evidence()


def list_descriptors(*kinds: Kind) -> list[Descriptor]:
    """In the order of pages; of these kinds, or all."""
    return [word for word in get_evidence().descriptors.values() if not kinds or word.kind in kinds]


def find_rates(*, morphology: str = "", distribution: str = "", category: str = "") -> list[Rate]:
    """Rates of just this, from the highest: a form alone is not the form in a distribution."""

    def is_of(rate: Rate) -> bool:
        wanted = (morphology, rate.morphologies), (distribution, rate.distributions), (category, rate.categories)
        return all(key in keys if key else not keys for key, keys in wanted)

    return sorted(filter(is_of, get_evidence().rates), key=lambda rate: rate.percent, reverse=True)


def rates_of(key: str) -> list[Rate]:
    """Of a descriptor, or of all calcifications."""
    if key == ALL:
        return find_rates()
    kind = get_evidence().descriptors[key].kind
    if kind in FORMS:
        return find_rates(morphology=key)
    return find_rates(category=key) if kind == Kind.CATEGORY else find_rates(distribution=key)


def range_of(key: str) -> Range:
    return make_range(rates_of(key))


def make_range(rates: Iterable[Rate]) -> Range:
    rates = list(rates)
    return Range(
        tuple(rate for rate in rates if rate.is_in_range),
        tuple(rate for rate in rates if not rate.is_in_range),
    )


@cache
def get_matrix() -> Matrix:
    """Forms by distributions. Where no series was found a cell's range is empty, and nothing is put in its place."""
    descriptors = get_evidence().descriptors
    distributions = list_descriptors(Kind.DISTRIBUTION)
    forms = [descriptors[ROUND], *list_descriptors(Kind.SUSPICIOUS)]
    return Matrix(
        tuple(Column(distribution, range_of(distribution.key)) for distribution in distributions),
        tuple(
            Row(form, range_of(form.key), tuple(_make_cell(form, distribution) for distribution in distributions))
            for form in forms
        ),
    )


def _make_cell(form: Descriptor, distribution: Descriptor) -> Cell:
    found = make_range(find_rates(morphology=form.key, distribution=distribution.key))
    return Cell(form, distribution, found, *_judge(form, distribution))


def _judge(form: Descriptor, distribution: Descriptor) -> tuple[str, str]:
    """The usual category with its note; none where nobody stated one and the form's own may be too low."""
    if usual := get_evidence().usual.get((form.key, distribution.key)):
        return usual.category, usual.note
    if distribution.key in ALONG_A_DUCT:
        note = gettext("At least the form's own ({category}); along a duct it moves up.")
        return "", note.format(category=form.category)
    return form.category, gettext("Of the form by itself.")
