"""What is live is looked at each night, and the home says what has gone wrong since when, to whoever may mend it."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images import get_image_model

from courses.faults import services
from courses.faults.checking import check_live
from courses.faults.models import StandingFault
from courses.faults.tasks import look_at_what_is_live
from courses.models import Lesson, Question
from courses.writing import services as authoring
from tests.course_fixtures import blocks, write_lesson, write_question_of

LEADS = "first-look"


@pytest.fixture
def leading(course) -> Lesson:
    """A lesson with a link to another."""
    link = '<p>Read <a href="/courses/chest-film/second-look/">the second look</a>.</p>'
    return write_lesson(LEADS, blocks(LEADS, ("text", link)))


def standing() -> set[tuple[str, str]]:
    return set(StandingFault.objects.values_list("code", "title"))


def home(client) -> list[str]:
    page = BeautifulSoup(client.get("/studio/").content, "html.parser")
    return [" ".join(row.get_text(" ").split()) for row in page.select("[aria-labelledby=standing-title] .faults > li")]


DEAD = ("link-taken-off", "First look")


def test_link_whose_lesson_is_taken_off_is_told_from_the_night_on(client_for, author, course, leading):
    look_at_what_is_live()
    assert DEAD not in standing()
    Lesson.objects.get(slug="second-look").unpublish()
    assert "the second look" not in " ".join(home(client_for(author)))
    look_at_what_is_live()
    assert DEAD in standing()
    [told] = [row for row in home(client_for(author)) if "the second look" in row]
    assert "The link “the second look” leads to “/courses/chest-film/second-look/”, which is not published" in told
    assert told.startswith("Lesson “First look”") and "since" in told
    page = BeautifulSoup(client_for(author).get("/studio/").content, "html.parser")
    [row] = page.select("[data-code=link-taken-off] a")
    place = leading.body.raw_data[0]["id"]
    assert row["href"] == f"/studio/snippets/courses/lesson/edit/{leading.pk}/#:w:contentpath=body.{place}"


def test_what_stands_keeps_its_day_and_goes_when_it_is_mended(course, leading, django_capture_on_commit_callbacks):
    second = Lesson.objects.get(slug="second-look")
    second.unpublish()
    look_at_what_is_live()
    before = timezone.now() - timedelta(days=9)
    StandingFault.objects.update(since=before)
    look_at_what_is_live()
    assert set(StandingFault.objects.values_list("since", flat=True)) == {before}
    with django_capture_on_commit_callbacks(execute=True):
        Lesson.objects.get(pk=second.pk).latest_revision.publish()
    assert DEAD not in standing()


def test_publishing_looks_for_nothing_new(course, leading, django_capture_on_commit_callbacks):
    StandingFault.objects.create(code="link-http", kind="courses.lesson", row=leading.pk, title="Gone", told="x")
    with django_capture_on_commit_callbacks(execute=True):
        Lesson.objects.get(slug="second-look").unpublish()
    assert standing() == set()
    services.look_again()
    assert standing() == set()


def test_file_that_is_gone_is_told(course):
    image = check_image()
    default_storage.delete(image)
    assert "picture-file-gone" not in {fault.code for fault in check_live()}
    look_at_what_is_live()
    assert {title for code, title in standing() if code == "picture-file-gone"} == {"First look"}


def check_image() -> str:
    return str(get_image_model().objects.get(title="chest-film/open.svg").file.name)


def test_drafts_are_not_looked_at(course):
    body = json.dumps(blocks("second-look", ("text", '<p><a href="/nothing/">x</a></p>')))
    authoring.draft_lesson(slug="second-look", fields={"body": body})
    look_at_what_is_live()
    assert "link-nowhere" not in {code for code, _ in standing()}
    Lesson.objects.get(slug="second-look").latest_revision.publish()
    look_at_what_is_live()
    assert ("link-nowhere", "Second look") in standing()


def test_advice_that_came_with_the_writing_is_not_told(course):
    """References without a DOI, a few checks: nothing has gone wrong, so the home is silent."""
    look_at_what_is_live()
    assert {code for code, _ in standing()} <= {"objective-no-question"}


def test_check_and_questions_that_were_taken_off_are_told(course):
    check = write_question_of(course, "numeric", use="check")
    write_lesson(LEADS, blocks(LEADS, ("question", check.pk)))
    check.unpublish()
    Question.objects.filter(key="chest-film-1").update(live=False)
    look_at_what_is_live()
    assert {("check-taken-off", "First look"), ("course-small-pool", "Chest film")} <= standing()


def test_office_of_cme_and_authors_see_what_they_may_mend(client_for, author, admin, course, leading):
    kinds = {"courses.lesson": leading.pk, "cme.activity": 1, "guides.guide": 1, "courses.video": 1}
    for kind, pk in kinds.items():
        StandingFault.objects.create(code="x", kind=kind, row=pk, title=kind, told="Mend it.")
    seen = {name: " ".join(home(client_for(user))) for name, user in {"author": author, "admin": admin}.items()}
    assert [kind for kind in kinds if kind in seen["author"]] == ["courses.lesson", "guides.guide", "courses.video"]
    assert all(kind in seen["admin"] for kind in kinds)


def test_live_courses_take_as_many_queries_however_many_there_are(course, write_course):
    counted = []
    for number in range(3):
        write_course(f"more-{number}", [("One", [(f"lesson-{number}", f"Lesson {number}")])])
        write_lesson(f"lesson-{number}", blocks(f"l{number}", ("text", '<p><a href="/courses/none/">x</a></p>')))
        with CaptureQueriesContext(connection) as queries:
            assert "link-nowhere" in {fault.code for fault in check_live()}
        counted.append(len(queries))
    assert counted[0] == counted[2]
