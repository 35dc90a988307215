"""A module has drafts, review and history as everything else that learners read; its place has none."""

import pytest
from django.core.exceptions import ValidationError

from courses.models import Course, Lesson, Module
from courses.studio.reviewing import list_changed
from courses.writing import arranging
from tests.reviewing import ask_for_review, do_without_review, go_through, make_reviewer


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def draft(module: Module, title: str) -> Module:
    version = Module.objects.get(pk=module.pk).get_latest_revision_as_object()
    version.title = title
    version.save_revision()
    return Module.objects.get(pk=module.pk)


def edit(module: Module, act: str = "") -> str:
    return f"/studio/snippets/courses/module/{act or 'edit'}/{module.pk}/"


def test_editor_keeps_a_draft_and_publishes_it(studio, course):
    do_without_review(course)
    basics = Module.objects.get(title="Basics")
    studio.post(edit(basics), {"title": "Ground"})
    basics.refresh_from_db()
    assert (basics.title, basics.has_unpublished_changes) == ("Basics", True)
    studio.post(edit(basics), {"title": "Ground", "action-publish": "1"})
    basics.refresh_from_db()
    assert (basics.title, basics.has_unpublished_changes) == ("Ground", False)
    history = studio.get(edit(basics, "history"))
    assert history.status_code == 200


def test_place_and_course_have_no_draft(studio, course, author):
    do_without_review(course)
    basics = draft(Module.objects.get(title="Basics"), "Ground")
    version = basics.latest_revision
    practice = Module.objects.get(title="Practice")
    arranging.move(course_id=course.pk, module_id=practice.pk, target=arranging.Target(step=arranging.UP), by=author)
    version.publish()
    basics.refresh_from_db()
    assert (basics.title, basics.position, basics.course_id) == ("Ground", 1, course.pk)
    other = Course.objects.create(title="Other", slug="other", minutes=1, live=False)
    studio.post(edit(basics), {"title": "Ground", "course": other.pk, "action-publish": "1"})
    basics.refresh_from_db()
    assert basics.course_id == course.pk


def test_title_that_learners_read_goes_through_review(course, author):
    ask_for_review(course, cme=False)
    basics = draft(Module.objects.get(title="Basics"), "Ground")
    with pytest.raises(ValidationError, match="once it is reviewed"):
        basics.latest_revision.publish()
    assert basics in list_changed(course)
    go_through(basics, author=author, reviewer=make_reviewer())
    basics.refresh_from_db()
    assert basics.title == "Ground"


def test_title_that_nobody_reads_yet_needs_no_review(course, author):
    ask_for_review(course)
    made = arranging.add_module(course_id=course.pk, title="Last", by=author)
    arranging.rename_module(course_id=course.pk, module_id=made.pk, title="Afterwards", by=author)
    made.refresh_from_db()
    assert (made.title, made.live) == ("Afterwards", True)
    assert made not in list_changed(course)


def test_draft_of_a_module_goes_live_with_its_first_lesson(course, author):
    do_without_review(course)
    module = Module(course=course, title="Begun", position=2, live=False)
    module.save()
    module.save_revision(user=author)
    draft(module, "Begun anew")
    lesson = Lesson.objects.get(slug="first-look")
    Lesson.objects.filter(pk=lesson.pk).update(module=module)
    Lesson.objects.get(pk=lesson.pk).save_revision().publish()
    module.refresh_from_db()
    assert (module.title, module.live) == ("Begun anew", True)


def test_title_of_another_module_is_refused_when_it_is_published(course):
    do_without_review(course)
    practice = Module.objects.get(title="Practice")
    basics = draft(Module.objects.get(title="Basics"), "Ground")
    Module.objects.filter(pk=practice.pk).update(title="Ground")
    with pytest.raises(ValidationError, match="already exists"):
        basics.latest_revision.publish()
    basics.refresh_from_db()
    assert basics.title == "Basics"


def test_module_is_not_unpublished(studio, course):
    basics = Module.objects.get(title="Basics")
    response = studio.post(edit(basics, "unpublish"), follow=True)
    assert "unpublish those" in response.content.decode()
    basics.refresh_from_db()
    assert basics.live
