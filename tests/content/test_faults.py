"""The academy's own content has nothing that stops publishing, and its advice is a known list."""

import sys
from collections import Counter

import pytest

from core.faults import check
from courses.faults.live import check_all_that_is_live
from courses.models import Course, Lesson, Question
from guides.models import Guide
from tests.markup import ROOT

# What may be advised of it, with why in content/REVIEW.md. What is not here is mended.
KNOWN = ROOT / "content" / "REVIEW.md"

pytestmark = pytest.mark.xdist_group("real content")


def test_content_has_no_fault_that_stops_it(loaded_content, db):
    """Lists its advice: `pytest -rP tests/content/test_faults.py`."""
    rows = [row for model in (Course, Lesson, Question, Guide) for row in model.objects.filter(live=True)]
    faults = [fault for row in rows for fault in check(row)]
    assert [(fault.place.title, fault.told) for fault in faults if fault.stops] == []
    counted = Counter(fault.code for fault in faults)
    for code, n in sorted(counted.items()):
        sys.stdout.write(f"{n:4} {code}\n")
    for fault in faults:
        sys.stdout.write(f"- {fault.code}: {fault.place.title}: {fault.told}\n")
    known = KNOWN.read_text(encoding="utf-8")
    assert [code for code in counted if f"`{code}`" not in known] == []
    gone_wrong = {(fault.code, fault.place.title) for fault in check_all_that_is_live(looks_at_files=True)}
    assert {code for code, _ in gone_wrong} <= set(counted)
