"""Every way of publishing a lesson makes its HTML, and nothing that is not published is seen."""

import json
from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from wagtail.models import Revision

from courses.learning.queries.outlines import get_outline
from courses.learning.services import reading
from courses.models import Lesson, LessonProgress, LessonRendering
from courses.writing import services as authoring
from courses.writing.queries import get_course, get_courses, get_lesson_for
from escan.tasks import publish_scheduled
from tests.course_fixtures import block_id, blocks, read_all, text_of, write_lesson


def draft(text: str, slug: str = "first-look") -> Revision:
    body = blocks(slug, ("text", f"<p>{text}</p>"))
    return authoring.draft_lesson(slug=slug, fields={"body": json.dumps(body)})


def open_lesson(user, slug: str = "first-look") -> str:
    return get_lesson_for(user, course="chest-film", lesson=slug).html


def test_publish_renders_the_revision(author, course):
    revision = draft("A new text.")
    revision.publish()
    lesson = Lesson.objects.get(slug="first-look")
    assert lesson.live_revision_id == revision.pk
    rendering = LessonRendering.objects.get(revision=revision)
    assert rendering.lesson == lesson
    assert "<p>A new text.</p>" in rendering.html
    assert rendering.image_ids == []
    assert open_lesson(author) == rendering.html


def test_publish_by_the_row_renders_too(author, course):
    lesson = Lesson.objects.get(slug="first-look")
    lesson.publish(draft("By the row."))
    assert "By the row." in open_lesson(author)


def test_draft_is_not_seen(author, learner, course):
    before = open_lesson(learner)
    draft("Not yet told.")
    assert open_lesson(learner) == open_lesson(author) == before
    assert LessonRendering.objects.filter(lesson__slug="first-look").count() == 1
    lesson = Lesson.objects.get(slug="first-look")
    assert (lesson.live, lesson.has_unpublished_changes) == (True, True)


def test_lesson_that_was_never_published_is_not_there(admin, author, course):
    draft("Not yet told.", slug="third-look")
    for user in (admin, author):
        with pytest.raises(Http404):
            open_lesson(user, "third-look")
    assert not LessonRendering.objects.filter(lesson__slug="third-look").exists()


def test_publish_again_with_an_older_revision_brings_its_text_back(author, course):
    first = Lesson.objects.get(slug="first-look").live_revision
    draft("Second text.").publish()
    first.publish()
    assert "Everyone may read this opening." in open_lesson(author)
    assert LessonRendering.objects.filter(lesson__slug="first-look").count() == 2
    assert LessonRendering.objects.filter(revision=first).count() == 1


def test_scheduled_lesson_is_published_when_its_time_comes(author, course, monkeypatch):
    lesson = Lesson.objects.get(slug="third-look")
    lesson.go_live_at = timezone.now() + timedelta(hours=1)
    lesson.body = json.dumps(blocks("third-look", ("text", "<p>On time.</p>")))
    revision = lesson.save_revision()
    revision.publish()
    publish_scheduled()
    with pytest.raises(Http404):
        open_lesson(author, "third-look")
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(timezone, "now", lambda: later)
    publish_scheduled()
    assert "<p>On time.</p>" in open_lesson(author, "third-look")
    assert LessonRendering.objects.filter(revision=revision).count() == 1


def test_expired_lesson_is_taken_off(author, course):
    Lesson.objects.filter(slug="first-look").update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled()
    with pytest.raises(Http404):
        open_lesson(author)


def test_unpublish_hides_the_lesson_and_keeps_progress(author, learner_with_access, course):
    read_all(learner_with_access, course)
    Lesson.objects.get(slug="first-look").unpublish()
    for user in (author, learner_with_access):
        with pytest.raises(Http404):
            open_lesson(user)
    assert LessonProgress.objects.filter(user=learner_with_access, completed_at__isnull=False).count() == 2
    Lesson.objects.get(slug="first-look").latest_revision.publish()
    outline = get_outline(course, learner_with_access)
    assert [item.is_completed for item in outline.lessons] == [True, True]


def test_course_that_is_not_published_hides_its_lessons(author, course):
    course.unpublish()
    with pytest.raises(Http404):
        open_lesson(author)
    with pytest.raises(Http404):
        get_course("chest-film")
    assert list(get_courses()) == []


def test_progress_stays_and_names_the_revision_that_was_read(learner_with_access, course):
    text = text_of("second-look")
    reading.save_position(user=learner_with_access, text=text, block=block_id("second-look", 2))
    reading.complete_lesson(user=learner_with_access, text=text)
    write_lesson("second-look", blocks("second-look", ("text", "<p>All new.</p>")))
    newer = text_of("second-look")
    assert newer.revision_id != text.revision_id
    reading.save_position(user=learner_with_access, text=newer, block=block_id("second-look", 0))
    progress = LessonProgress.objects.get(user=learner_with_access, lesson__slug="second-look")
    assert progress.revision_id == text.revision_id
    assert progress.completed_at is not None
    assert progress.block == block_id("second-look", 0)
    assert get_outline(course, learner_with_access).percent == 50
    assert "The apex hides a thin white line." in LessonRendering.objects.get(revision=progress.revision_id).html


def test_progress_completed_on_a_newer_text_names_that_one(learner, course):
    reading.save_position(user=learner, text=text_of("first-look"), block=block_id("first-look", 0))
    draft("Newer.").publish()
    newer = text_of("first-look")
    reading.complete_lesson(user=learner, text=newer)
    assert LessonProgress.objects.get(user=learner).revision_id == newer.revision_id
