"""What follows from publishing happens with it, or nothing happens; and what is scheduled waits for its time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses import receivers
from courses.models import Course, Lesson, LessonRendering, Objective, Passage, Question
from courses.search import indexing
from courses.writing import services as authoring
from escan.tasks import publish_scheduled
from tests.course_fixtures import COURSE, FACULTY, blocks, text_of


def draft_lesson(text: str):
    body = blocks("first-look", ("text", f"<p>{text}</p>"))
    return authoring.draft_lesson(slug="first-look", fields={"body": json.dumps(body)})


def draft_course(course: Course, objectives: str, **fields):
    fields = {**COURSE, "objectives": objectives, **fields}
    return authoring.draft_course(slug=course.slug, fields=fields, faculty=[FACULTY])


def get_state() -> list[list[dict[str, object]]]:
    """All that publishing writes, but for the drafts themselves."""
    written: list[Any] = [Course, Lesson, LessonRendering, Passage, Objective, ModelLogEntry]
    return [list(model.objects.order_by("pk").values()) for model in written]


def get_objectives(course: Course) -> list[str]:
    return list(course.objective_rows.order_by("position").values_list("text", flat=True))


def fail(**_: object) -> None:
    raise RuntimeError("the index is away")


def test_lesson_is_published_whole_or_not_at_all(course, monkeypatch):
    revision = draft_lesson("A new text.")
    before = get_state()
    monkeypatch.setattr(indexing, "index_lesson", fail)
    with pytest.raises(RuntimeError, match="the index is away"):
        revision.publish()
    assert get_state() == before
    assert "A new text." not in text_of("first-look").html
    monkeypatch.undo()
    revision.publish()
    assert "A new text." in text_of("first-look").html
    assert Passage.objects.filter(lesson__slug="first-look", text="A new text.").count() == 1


def test_course_is_published_whole_or_not_at_all(course, monkeypatch):
    revision = draft_course(course, "Find the edge\nMeasure it", title="Another title")
    before = get_state()
    monkeypatch.setattr(indexing, "index_course", fail)
    with pytest.raises(RuntimeError, match="the index is away"):
        revision.publish()
    assert get_state() == before
    course.refresh_from_db()
    assert (course.title, get_objectives(course)) == ("Chest film", ["Find the edge", "Name the edge"])
    monkeypatch.undo()
    revision.publish()
    course.refresh_from_db()
    assert (course.title, get_objectives(course)) == ("Another title", ["Find the edge", "Measure it"])


def test_draft_that_lacks_something_is_not_published_by_any_way(course):
    revision = authoring.draft_question(key="new", course=course, fields={"stem": "<p>?</p>"}, choices=[])
    question = Question.objects.get(key="new")
    for publish in (revision.publish, lambda: question.publish(revision)):
        with pytest.raises(ValidationError, match="two choices or more"):
            publish()
    question.refresh_from_db()
    assert (question.live, question.live_revision_id) == (False, None)


def test_scheduled_change_shows_when_its_time_comes_and_not_before(course, monkeypatch):
    now = timezone.now()
    course_revision = draft_course(course, "Find the edge\nMeasure it", go_live_at=now + timedelta(hours=1))
    Lesson.objects.filter(slug="first-look").update(go_live_at=now + timedelta(hours=1))
    lesson_revision = draft_lesson("On time.")
    course_revision.publish()
    lesson_revision.publish()
    assert get_objectives(course) == ["Find the edge", "Name the edge"]
    assert not LessonRendering.objects.filter(revision=lesson_revision).exists()
    assert not Passage.objects.filter(text="On time.").exists()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=61))
    publish_scheduled()
    assert get_objectives(course) == ["Find the edge", "Measure it"]
    assert "On time." in text_of("first-look").html
    assert Passage.objects.filter(text="On time.").count() == 1


def test_lesson_that_is_scheduled_for_the_first_time_has_no_text_yet(course):
    lesson = Lesson.objects.get(slug="third-look")
    lesson.go_live_at = timezone.now() + timedelta(hours=1)
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    assert (lesson.live, lesson.renderings.count(), lesson.passages.count()) == (False, 0, 0)


def test_course_is_not_scheduled_before_it_has_what_it_announces(course):
    fields = {**COURSE, "title": "Next year", "go_live_at": timezone.now() + timedelta(days=30)}
    revision = authoring.draft_course(slug="next-year", fields=fields, faculty=[FACULTY])
    with pytest.raises(ValidationError, match="No lesson of this course is published"):
        revision.publish()
    revision.refresh_from_db()
    assert (Course.objects.get(slug="next-year").live, revision.approved_go_live_at) == (False, None)


def test_each_thing_that_is_published_is_followed_once(course, monkeypatch):
    followed = []
    monkeypatch.setattr(receivers, "keep_rendering", lambda **given: followed.append(given["lesson"].slug))
    draft_lesson("Once.").publish()
    assert followed == ["first-look"]
