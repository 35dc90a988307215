"""The time zones that a person may choose, and what browsers call them."""

from functools import cache
from importlib.resources import files
from itertools import groupby

Choices = list[tuple[str, str | list[tuple[str, str]]]]

UTC = "UTC"


@cache
def present_zones() -> frozenset[str]:
    """The zones that a country has today (zone.tab): not the old names that the database keeps beside them."""
    table = _read("zone.tab")
    return frozenset(line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))


@cache
def time_zones() -> Choices:
    """UTC, then a group a region; “America/Argentina/Buenos_Aires” reads “Buenos Aires, Argentina”."""
    choices: Choices = [(UTC, UTC)]
    for region, members in groupby(sorted(present_zones()), key=lambda name: name.partition("/")[0]):
        choices.append((region, [(name, place(name)) for name in members]))
    return choices


def place(time_zone: str) -> str:
    _, *parts = time_zone.replace("_", " ").split("/")
    return ", ".join(reversed(parts))


def find_zone(name: str) -> str:
    """The present name of a zone by whichever name a browser has for it; empty for what is none."""
    if name in present_zones() or name == UTC:
        return name
    target = _old_names().get(name, "")
    return target if target in present_zones() or target == UTC else ""


@cache
def _old_names() -> dict[str, str]:
    links = (line.split() for line in _read("tzdata.zi").splitlines() if line.startswith("L "))
    universal = ("Etc/UTC", "Etc/GMT", "GMT", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal")
    return {old: present for _, present, old in links} | dict.fromkeys(universal, UTC)


def _read(name: str) -> str:
    return (files("tzdata") / "zoneinfo" / name).read_text()
