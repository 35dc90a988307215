"""Answers that were numbers become JSON, and what was frozen is still read."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.soak]

BEFORE, AFTER = [("courses", "0007_watching")], [("courses", "0008_questions")]
CONTENT = {
    "stem": "?",
    "references": [],
    "choices": [{"text": t, "is_correct": t == "B", "rationale": ""} for t in "AB"],
}


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old():
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_answers_and_objectives_come_through_and_back(old):
    get = old.get_model
    user = get("accounts", "User").objects.create(email="old@example.org")
    course = get("courses", "Course").objects.create(slug="old", title="Old", minutes=1, objectives="Find\n\n Name ")
    attempt = get("courses", "Attempt").objects.create(user=user, course=course, passing_score=50)
    types = get("contenttypes", "ContentType").objects
    kind, _ = types.get_or_create(app_label="courses", model="question")
    revision = get("wagtailcore", "Revision").objects.create(
        content_type=kind, base_content_type=kind, object_id="1", content={}, created_at=timezone.now()
    )
    for position, answer in enumerate((None, 0, 1), start=1):
        question = get("courses", "Question").objects.create(course=course, key=f"q{position}", stem="?")
        get("courses", "AttemptQuestion").objects.create(
            attempt=attempt, position=position, question=question, revision=revision, content=CONTENT, answer=answer
        )
    new = migrate(AFTER)
    assert list(new.get_model("courses", "AttemptQuestion").objects.values_list("answer", flat=True)) == [None, 0, 1]
    assert list(new.get_model("courses", "Objective").objects.values_list("position", "text")) == [
        (1, "Find"),
        (2, "Name"),
    ]
    back = migrate(BEFORE)
    assert list(back.get_model("courses", "AttemptQuestion").objects.values_list("answer", flat=True)) == [None, 0, 1]
