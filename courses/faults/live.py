"""Whatever is looked at each night: courses, and what apps above add."""

from typing import Protocol

from core.faults import Fault
from courses.faults.checking import check_live


class Look(Protocol):
    def __call__(self, *, looks_at_files: bool) -> list[Fault]: ...


LIVE: list[Look] = [check_live]
"""Apps above add theirs."""


def check_all_that_is_live(*, looks_at_files: bool) -> list[Fault]:
    return [fault for look in LIVE for fault in look(looks_at_files=looks_at_files)]
