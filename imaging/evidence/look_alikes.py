"""Forms that are taken for each other, and what keeps them apart (data/look_alikes.yaml)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from imaging.evidence.errors import BrokenEvidence
from imaging.evidence.loading import DATA, read_yaml
from imaging.evidence.lookup import list_descriptors
from imaging.evidence.records import Kind


@dataclass(frozen=True)
class LookAlikes:
    key: str
    name: str
    forms: tuple[str, str]
    apart: str
    """What keeps the two apart, in a sentence."""
    source: str


def load_look_alikes(path: Path = DATA / "look_alikes.yaml") -> tuple[LookAlikes, ...]:
    """Raises BrokenEvidence for a form that the lexicon does not have, and for a pair that is none."""
    forms = {word.key for word in list_descriptors(Kind.SUSPICIOUS, Kind.BENIGN)}
    pairs = []
    for key, entry in read_yaml(path)["pairs"].items():
        if len(set(entry["forms"])) != 2 or not forms.issuperset(entry["forms"]) or key in forms:
            raise BrokenEvidence(gettext("“{key}” is no pair of two forms.").format(key=key))
        pairs.append(LookAlikes(**{**entry, "key": key, "forms": tuple(entry["forms"])}))
    return tuple(pairs)


@cache
def get_look_alikes() -> tuple[LookAlikes, ...]:
    return load_look_alikes()


def find_alikes(forms: frozenset[str]) -> frozenset[str]:
    """What is taken for one of these forms, and is none of them."""
    return frozenset(other for pair in get_look_alikes() if forms & set(pair.forms) for other in pair.forms) - forms
