"""No field of a course is forgotten: each goes out in a package, or stays at home for a reason."""

import pytest

from courses.assessment.kinds import KINDS
from courses.models import Choice, Course, FacultyMember, Lesson, Module, Objective, Question, Region, Video
from courses.writing.lesson_blocks import LESSON_BLOCKS
from escan.loader.blocks import BLOCK_WRITERS
from escan.loader.fields import COURSE, FACULTY, LESSON, QUESTION, TEST_SET
from escan.loader.markdown import LESSON_READERS
from imaging.models import TestSet

OF_DRAFTS = {
    "live": "each academy publishes for itself",
    "has_unpublished_changes": "as live",
    "first_published_at": "a day of this academy",
    "last_published_at": "a day of this academy",
    "live_revision": "versions stay where they were made",
    "latest_revision": "as live_revision",
    "go_live_at": "a plan of this academy",
    "expire_at": "a plan of this academy",
    "expired": "as expire_at",
    "locked": "who works on it here",
    "locked_at": "as locked",
    "locked_by": "as locked",
}
OF_ROWS = {"id": "rows have keys of their own", "sort_order": "the order of the file"}

TRAVELS = {
    Course: {field.row for field in COURSE} | {"slug"},
    FacultyMember: {field.row for field in FACULTY} | {"course"},
    Module: {"course", "title", "position"},
    Lesson: {field.row for field in LESSON} | {"slug", "module", "position", "body"},
    Objective: {"course", "position", "text"},
    Question: {field.row for field in QUESTION}
    | {"course", "lesson", "objective", "key", "kind", "stands_for", "image", "image_alt", "image_facts"}
    | {"fresh_pictures", "value", "tolerance", "unit"},
    Choice: {"question", "text", "is_correct", "rationale"},
    Region: {"question", "x", "y", "rx", "ry"},
    Video: {"title", "original", "captions", "seconds", "poster", "playlist"},
    TestSet: {field.row for field in TEST_SET} | {"slug"},
}
STAYS = {
    Video: {
        "status": "a worker of the academy makes it ready",
        "error": "as status",
        "percent": "as status",
        "lease_until": "as status",
        "starts": "as status",
        "created_at": "a day of this academy",
    },
    TestSet: {"first_edition": "editions are what readers here were shown"},
}


@pytest.mark.parametrize("model", TRAVELS, ids=lambda model: model.__name__)
def test_every_field_travels_or_stays_for_a_reason(model):
    fields = {field.name for field in model._meta.concrete_fields}
    stays = {name for name in {**OF_DRAFTS, **OF_ROWS, **STAYS.get(model, {})} if name in fields}
    assert fields - TRAVELS[model] - stays == set(), "say in escan/loader how it is written, or here why it stays"
    assert TRAVELS[model] - fields == set()
    assert STAYS.get(model, {}).keys() <= fields
    assert not TRAVELS[model] & stays


def test_every_block_has_a_way_out_and_back():
    assert {name for name, _block in LESSON_BLOCKS} == {"text", *BLOCK_WRITERS}
    assert LESSON_READERS.keys() - {"pearl", "pitfall"} == {"text", *BLOCK_WRITERS} - {"callout"}


def test_every_kind_of_question_has_a_way_out():
    assert {kind.name: set(kind.entry_fields) for kind in KINDS.values()} == {
        "single": {"choices"},
        "multiple": {"choices"},
        "numeric": {"value", "tolerance", "unit"},
        "place": {"regions"},
    }
