"""What was handed in before is marked by the rule that marked it then."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from courses.assessment.scoring import is_right
from tests.courses.assessment.contents import CONTENTS, MULTIPLE, NUMERIC, OLD, PLACE, SINGLE

BEFORE, AFTER = [("courses", "0009_review")], [("courses", "0010_is_right")]

ANSWERS = [
    *(None, 0, 1, 3, 9, True, "1", 1.0, {}),
    *([], [1], [1, 3], [3, 1], [0, 2], [9]),
    *("0.6", "0.55", "0.65", "+.6", "0.650001", "NaN", "1e3", "", "0,6"),
    *([50, 40], [50, 45.0], [59.99, 40], [61, 40], [91.0, 90.5], [50], ["50", "40"], [50, 101]),
]


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
def test_frozen_rule_marks_as_the_present_one(kind, answer):
    frozen = import_module("courses.migrations.0010_is_right").is_right
    assert frozen(CONTENTS[kind], answer) is is_right(CONTENTS[kind], answer)


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old():
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def make_attempt(old, email: str, answers: list, **fields):
    get = old.get_model
    kind, _ = get("contenttypes", "ContentType").objects.get_or_create(app_label="courses", model="question")
    course, _ = get("courses", "Course").objects.get_or_create(slug="old", defaults={"title": "Old", "minutes": 1})
    user = get("accounts", "User").objects.create(email=email)
    attempt = get("courses", "Attempt").objects.create(user=user, course=course, passing_score=50, **fields)
    revision = get("wagtailcore", "Revision").objects.create(
        content_type=kind, base_content_type=kind, object_id="1", content={}, created_at=timezone.now()
    )
    for position, (content, answer) in enumerate(answers, start=1):
        question = get("courses", "Question").objects.create(course=course, key=f"{user.pk}-{position}", stem="?")
        get("courses", "AttemptQuestion").objects.create(
            attempt=attempt, position=position, question=question, revision=revision, content=content, answer=answer
        )
    return attempt


@pytest.mark.services
@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_what_was_handed_in_is_marked_and_what_is_open_is_not(old):
    answers = [(SINGLE, 1), (OLD, 0), (MULTIPLE, [1, 3]), (NUMERIC, "0.7"), (PLACE, [50, 40]), (SINGLE, None)]
    handed_in = make_attempt(old, "done@example.org", answers, submitted_at=timezone.now(), score=50)
    opened = make_attempt(old, "open@example.org", answers)
    rows = migrate(AFTER).get_model("courses", "AttemptQuestion").objects.order_by("position")
    marks = list(rows.filter(attempt=handed_in.pk).values_list("is_right", flat=True))
    assert marks == [True, False, True, False, True, False]
    assert list(rows.filter(attempt=opened.pk).values_list("is_right", flat=True)) == [None] * 6
    assert migrate(BEFORE).get_model("courses", "AttemptQuestion").objects.count() == 12
