"""A course or lesson that got another slug is found under each of its old ones, whatever the address is of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Course, Lesson, PublishedSlug
from courses.writing import services as authoring
from tests.course_fixtures import COURSE, FACULTY, blocks, start, write_lesson, write_question_of


def rename(row: Course | Lesson, slug: str) -> None:
    """As the studio does it: in a draft, which is published."""
    fresh = type(row).objects.get(pk=row.pk)
    fresh.slug = slug
    fresh.save_revision().publish()


def leads_to(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 301, address
    assert response["Cache-Control"] == "no-cache"
    return str(response["Location"])


def test_old_address_of_a_course_leads_to_the_present_one(client, course):
    rename(course, "chest-radiograph")
    assert leads_to(client, "/courses/chest-film/") == "/courses/chest-radiograph/"
    assert leads_to(client, "/courses/chest-film/?from=mail") == "/courses/chest-radiograph/?from=mail"
    assert leads_to(client, "/courses/chest-film/first-look/") == "/courses/chest-radiograph/first-look/"


def test_chain_of_names_leads_to_the_last_in_one_step(client, course, preview_lesson):
    for slug in ("second-name", "third-name"):
        rename(course, slug)
    for slug in ("glance", "a-first-glance"):
        rename(preview_lesson, slug)
    for old in ("chest-film", "second-name", "third-name"):
        for lesson in ("first-look", "glance"):
            assert leads_to(client, f"/courses/{old}/{lesson}/") == "/courses/third-name/a-first-glance/"
    rename(course, "chest-film")
    assert client.get("/courses/chest-film/").status_code == 200
    assert leads_to(client, "/courses/third-name/") == "/courses/chest-film/"


def test_what_stands_behind_the_slug_leads_along(client_for, learner_with_access, course):
    attempt = start(learner_with_access, course)
    rename(course, "chest-radiograph")
    rename(Lesson.objects.get(slug="second-look"), "closer-look")
    client = client_for(learner_with_access)
    for old, new in {
        "/courses/chest-film/post-test/": "/courses/chest-radiograph/post-test/",
        "/courses/chest-film/pre-test/": "/courses/chest-radiograph/pre-test/",
        f"/courses/chest-film/post-test/{attempt.pk}/?q=2": f"/courses/chest-radiograph/post-test/{attempt.pk}/?q=2",
        "/courses/chest-film/second-look/notes/": "/courses/chest-radiograph/closer-look/notes/",
        "/cme/chest-film/": "/cme/chest-radiograph/",
    }.items():
        assert leads_to(client, old) == new


def test_what_is_sent_to_an_old_address_is_sent_again(client_for, learner, course):
    rename(Lesson.objects.get(slug="first-look"), "a-first-glance")
    response = client_for(learner).post("/courses/chest-film/first-look/complete/")
    assert (response.status_code, response["Location"]) == (308, "/courses/chest-film/a-first-glance/complete/")
    response = client_for(learner).post("/courses/chest-film/first-look/position/", {"block": ""})
    assert (response.status_code, response["Location"]) == (308, "/courses/chest-film/a-first-glance/position/")


def test_lesson_that_moved_to_another_course_is_found(client, course, write_course):
    other = write_course("other", [("Only", [("lone", "Lone")])])
    Lesson.objects.filter(slug="first-look").update(module=other.modules.get(), position=9)
    assert leads_to(client, "/courses/chest-film/first-look/") == "/courses/other/first-look/"


def test_slug_that_another_took_is_the_others(client, course, write_course):
    rename(course, "chest-radiograph")
    authoring.draft_course(slug="chest-film", fields=COURSE, faculty=[FACULTY])
    # A draft takes nothing from anybody.
    assert leads_to(client, "/courses/chest-film/") == "/courses/chest-radiograph/"
    other = write_course("chest-film", [("Only", [("lone", "Lone")])], title="The other", post_test_questions=1)
    write_question_of(other, "numeric")
    write_lesson("lone", blocks("lone", ("text", "<p>Alone.</p>")))
    assert "The other" in client.get("/courses/chest-film/").content.decode()
    # The lessons of the first are still found under the address that they had.
    assert leads_to(client, "/courses/chest-film/first-look/") == "/courses/chest-radiograph/first-look/"
    rename(other, "quite-another")
    assert leads_to(client, "/courses/chest-film/") == "/courses/quite-another/"


def test_nothing_leads_to_what_is_not_published(client, course):
    rename(course, "chest-radiograph")
    Course.objects.get(pk=course.pk).unpublish()
    for address in ("/courses/chest-film/", "/courses/chest-film/first-look/", "/courses/nowhere/", "/courses/a/b/"):
        assert client.get(address).status_code == 404


def test_lesson_has_no_address_under_a_course_that_never_was(client, course):
    assert client.get("/courses/nothing/first-look/").status_code == 404


def test_draft_and_schedule_rename_nothing_before_their_time(client, course):
    fresh = Course.objects.get(pk=course.pk)
    fresh.slug = "chest-radiograph"
    fresh.go_live_at = timezone.now() + timedelta(hours=1)
    fresh.save_revision().publish()
    assert client.get("/courses/chest-film/").status_code == 200
    assert client.get("/courses/chest-radiograph/").status_code == 404
    assert not PublishedSlug.objects.filter(slug="chest-radiograph").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_old_address_costs_the_same_however_often_it_was_renamed(client, course, count, django_assert_num_queries):
    for number in range(count):
        rename(course, f"name-{number}")
    with django_assert_num_queries(3):
        client.get("/courses/chest-film/")
