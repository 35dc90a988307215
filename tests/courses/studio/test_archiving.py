"""What is put away and brought back: nothing of it is seen, published or changed meanwhile, and nothing is lost."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from courses.models import Archived, Lesson, LessonProgress, Module
from courses.writing.archiving import archive, restore
from courses.writing.arranging import NotArranged
from tests.course_fixtures import add_checks
from tests.html import words


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


@pytest.fixture
def outline(course) -> str:
    return f"/studio/courses/{course.pk}/outline/"


def read(client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def shown(page: BeautifulSoup) -> list[str]:
    return [words(title) for title in page.select("[data-lesson] .outline-title")]


def put_away(page: BeautifulSoup) -> list[str]:
    return [words(title) for title in page.select(".outline-archived .outline-title")]


def test_lesson_is_archived_and_comes_back_last_as_a_draft(
    studio, outline, author, client_for, learner_with_access, preview_lesson
):
    version = preview_lesson.live_revision
    LessonProgress.objects.create(user=learner_with_access, lesson=preview_lesson, revision=version)
    address = f"{outline}archive/lesson/{preview_lesson.pk}/"
    told = words(read(studio, address))
    assert "1 learner has begun it, and 0 completed it. They see it no longer; what they did stays." in told
    assert "The post-test waits for it no longer." in told
    assert studio.post(address)["Location"] == outline
    page = read(studio, outline)
    assert (shown(page), put_away(page)) == (["Second look", "Third look"], ["First look"])
    assert client_for(learner_with_access).get("/courses/chest-film/first-look/").status_code == 404
    assert [lesson.position for lesson in Module.objects.get(title="Basics").lessons.filter(archived=None)] == [1]
    form = page.select_one(".outline-archived form")
    assert studio.post(form["action"])["Location"] == outline
    page = read(studio, outline)
    assert (shown(page), put_away(page)) == (["Second look", "First look", "Third look"], [])
    assert LessonProgress.objects.count() == 1
    preview_lesson.refresh_from_db()
    assert (preview_lesson.live, preview_lesson.first_published_at is not None) == (False, True)
    preview_lesson.latest_revision.publish()
    assert client_for(learner_with_access).get("/courses/chest-film/first-look/").status_code == 200


def test_page_before_says_what_tests_and_checks_lose(studio, outline, locked_lesson):
    add_checks("second-look", count=2)
    told = words(read(studio, f"{outline}archive/lesson/{locked_lesson.pk}/"))
    assert "2 checks stand in it, and are asked nowhere then." in told
    assert "4 questions of the tests say to read it: they are asked still, and lead to no lesson." in told
    Lesson.objects.get(slug="first-look").unpublish()
    told = words(read(studio, f"{outline}archive/lesson/{locked_lesson.pk}/"))
    assert "It is all that is published of the course: the course is empty for learners then." in told
    third = Lesson.objects.get(slug="third-look")
    told = words(read(studio, f"{outline}archive/lesson/{third.pk}/"))
    assert "Learners do not see it now: nothing of it is published." in told


def test_what_is_archived_is_neither_published_nor_changed(studio, course, author, preview_lesson):
    archive(row=preview_lesson, by=author)
    with pytest.raises(ValidationError, match="It is archived: restore it first"):
        preview_lesson.latest_revision.publish()
    preview_lesson.refresh_from_db()
    assert preview_lesson.live is False
    page = words(read(studio, f"/studio/snippets/courses/lesson/edit/{preview_lesson.pk}/"))
    assert "It is archived: restore it on the outline of its course to change it." in page
    with pytest.raises(NotArranged, match="is locked, scheduled or in review"):
        archive(row=preview_lesson, by=author)
    assert "First look" not in words(read(studio, "/studio/"))


def test_announced_lesson_that_is_archived_is_announced_no_longer(client_for, learner_with_access, course, author):
    learner = client_for(learner_with_access)
    assert "Third look" in learner.get("/courses/chest-film/").content.decode()
    archive(row=Lesson.objects.get(slug="third-look"), by=author)
    assert "Third look" not in learner.get("/courses/chest-film/").content.decode()


def test_module_goes_and_comes_with_its_lessons(studio, outline, author, course):
    basics = Module.objects.get(title="Basics")
    first, second = basics.lessons.order_by("position")
    archive(row=first, by=author)
    told = words(read(studio, f"{outline}archive/module/{basics.pk}/"))
    assert "1 lesson goes with it." in told
    studio.post(f"{outline}archive/module/{basics.pk}/")
    second.refresh_from_db()
    assert second.live is False
    page = read(studio, outline)
    assert (shown(page), put_away(page)) == (["Third look"], ["First look", "Basics"])
    assert "Restore its module first" in words(page.select_one(".outline-archived"))
    restore(row=basics, by=author)
    page = read(studio, outline)
    assert (shown(page), put_away(page)) == (["Third look", "Second look"], ["First look"])
    assert [module.title for module in course.modules.order_by("position")] == ["Practice", "Basics"]


def test_course_is_archived_and_restored(studio, outline, client_for, learner_with_access, course):
    client_for(learner_with_access).get("/courses/chest-film/first-look/")
    address = f"{outline}archive/course/{course.pk}/"
    assert "completed it. Nobody finds it any more." in words(read(studio, address))
    studio.post(address)
    assert client_for(learner_with_access).get("/courses/chest-film/").status_code == 404
    assert "This course is archived" in words(read(studio, outline))
    home = read(studio, "/studio/")
    assert [words(link) for link in home.select(".studio-courses details a")] == ["Chest film"]
    course.refresh_from_db()
    with pytest.raises(ValidationError, match="archived"):
        course.latest_revision.publish()
    studio.post(f"{outline}restore/course/{course.pk}/")
    assert not Archived.objects.exists()
    course.refresh_from_db()
    course.latest_revision.publish()
    assert client_for(learner_with_access).get("/courses/chest-film/second-look/").status_code == 200


def test_row_of_another_course_is_not_found(studio, write_course, outline, preview_lesson):
    other = write_course("other", [("Its", [("its-look", "Its look")])])
    assert studio.post(f"/studio/courses/{other.pk}/outline/archive/lesson/{preview_lesson.pk}/").status_code == 404
    assert not Archived.objects.exists()


def test_what_is_scheduled_is_not_archived(studio, outline, course, author):
    lesson = Lesson.objects.get(slug="second-look")
    revision = lesson.save_revision()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at="2099-01-01T00:00Z")
    for kind, row in (("lesson", lesson), ("module", lesson.module)):
        page = words(
            BeautifulSoup(studio.post(f"{outline}archive/{kind}/{row.pk}/", follow=True).content, "html.parser")
        )
        assert "“Second look” is locked, scheduled or in review" in page
    lesson.refresh_from_db()
    assert (lesson.live, Archived.objects.exists()) == (True, False)
