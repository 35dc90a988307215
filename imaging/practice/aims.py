"""What a reader may choose to practise: a form, or two that are taken for each other."""

from dataclasses import dataclass

from imaging.evidence.look_alikes import LookAlikes, find_alikes, get_look_alikes
from imaging.evidence.lookup import list_descriptors
from imaging.evidence.records import Descriptor, Kind


@dataclass(frozen=True)
class Aim:
    key: str
    name: str
    forms: frozenset[str]
    apart: str = ""
    """Of a pair: what keeps the two apart."""

    @property
    def alike(self) -> frozenset[str]:
        return find_alikes(self.forms)


def list_form_aims(kind: Kind) -> list[Aim]:
    return [_of_form(word) for word in list_descriptors(kind)]


def list_pair_aims() -> list[Aim]:
    return [_of_pair(pair) for pair in get_look_alikes()]


def list_aims() -> list[Aim]:
    return [*list_pair_aims(), *list_form_aims(Kind.SUSPICIOUS), *list_form_aims(Kind.BENIGN)]


def find_aim(key: str) -> Aim | None:
    """None for everything, and for what is offered no longer."""
    return next((aim for aim in list_aims() if aim.key == key), None)


def _of_form(word: Descriptor) -> Aim:
    return Aim(word.key, word.name, frozenset({word.key}))


def _of_pair(pair: LookAlikes) -> Aim:
    return Aim(pair.key, pair.name, frozenset(pair.forms), pair.apart)
