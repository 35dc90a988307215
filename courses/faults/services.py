"""Keeping what is wrong with what is live."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from core.enqueue import enqueue
from core.faults import Fault
from courses.faults.live import check_all_that_is_live
from courses.faults.models import StandingFault

Key = tuple[str, int, str]
OF_FILES = "-file-gone"
MOST_TOLD = 10
"""Sentences of one rule in one row."""


def look_at_what_is_live() -> None:
    """Everything, files in storage among it. What stands since before keeps its day."""
    keep_standing(_group(check_all_that_is_live(looks_at_files=True)))


def look_again() -> None:
    """Whether what stands is mended. What is new waits for the night."""
    if not StandingFault.objects.exists():
        return
    looks_at_files = StandingFault.objects.filter(code__endswith=OF_FILES).exists()
    found = _group(check_all_that_is_live(looks_at_files=looks_at_files))
    known = set(StandingFault.objects.values_list("kind", "row", "code"))
    keep_standing({key: faults for key, faults in found.items() if key in known})


def offer_to_look_again() -> None:
    """After something was published or taken off: only where something stands that may be mended by it."""
    if StandingFault.objects.exists():
        enqueue("courses.faults.tasks.look_again")


@transaction.atomic
def keep_standing(found: dict[Key, list[Fault]]) -> None:
    gone = [
        pk for pk, *key in StandingFault.objects.values_list("pk", "kind", "row", "code") if tuple(key) not in found
    ]
    StandingFault.objects.filter(pk__in=gone).delete()
    StandingFault.objects.bulk_create(
        [_make(key, faults) for key, faults in found.items()],
        update_conflicts=True,
        unique_fields=["kind", "row", "code"],
        update_fields=["title", "course", "field", "block", "told"],
    )


def _make(key: Key, faults: list[Fault]) -> StandingFault:
    kind, row, code = key
    first = faults[0]
    return StandingFault(
        code=code,
        kind=kind,
        row=row,
        title=first.place.title[:255],
        course_id=first.course,
        field=first.field,
        block=first.block,
        told=" ".join(list(dict.fromkeys(fault.told for fault in faults))[:MOST_TOLD]),
    )


def _group(faults: Iterable[Fault]) -> dict[Key, list[Fault]]:
    found: defaultdict[Key, list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.place.pk is not None:
            found[fault.place.label, fault.place.pk, fault.code].append(fault)
    return dict(found)
