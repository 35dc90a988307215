"""The words that a reader may choose, in the order of pages: those of the published rates."""

from imaging.evidence.lookup import get_evidence, list_descriptors
from imaging.evidence.records import Descriptor, Kind


def list_morphologies() -> list[Descriptor]:
    return list_descriptors(Kind.SUSPICIOUS, Kind.BENIGN)


def list_distributions() -> list[Descriptor]:
    return list_descriptors(Kind.DISTRIBUTION)


def name_of(key: str) -> str:
    """Empty for none."""
    word = get_evidence().descriptors.get(key)
    return word.name if word else ""
