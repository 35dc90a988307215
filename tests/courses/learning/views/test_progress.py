"""Progress with a video, by the address that the page uses; completion, and what is left for credit."""

import json
import re
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.assessment.errors import NotReadyForPostTest
from courses.assessment.services import attempts
from courses.learning.queries.outlines import get_outline
from courses.learning.queries.progress import get_studies
from courses.learning.services import reading
from courses.models import Enrolment, Lesson, LessonProgress, WatchClock, WatchedTime
from courses.writing import published
from escan.queries import find_left_for_credit
from tests.course_fixtures import block_id, blocks, hand_in, put_video, read_all, text_of, write_lesson
from tests.html import words

COURSE = "/courses/chest-film/"
OPEN = f"{COURSE}first-look/"
LOCKED = f"{COURSE}second-look/"
PLACE = block_id("second-look", 0)


@pytest.fixture
def video(course):
    return put_video("second-look", seconds=100)


@pytest.fixture
def fields(video):
    return {"block": PLACE, "video": video.pk, "batch": uuid4(), "runs": "0-12,20-25", "position": 25}


@pytest.fixture
def visitor(client_for, learner_with_access):
    return client_for(learner_with_access)


def nothing_kept() -> bool:
    kept = (WatchedTime, WatchClock, LessonProgress, Enrolment)
    return not any(model.objects.exists() for model in kept)


def watch(user, video, *, seconds: int) -> None:
    bits = ((1 << seconds) - 1).to_bytes(-(-video.seconds // 8), "little")
    WatchedTime.objects.update_or_create(user=user, video=video, defaults={"bits": bits, "watched": seconds})


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def summary_of(response) -> str:
    return re.sub(r"\s+", " ", soup_of(response).select_one("details.left summary").get_text(" ", strip=True))


def test_report_is_answered_with_what_stands(visitor, fields, learner_with_access):
    response = visitor.post(f"{LOCKED}position/", fields)
    assert (response.status_code, response.json()) == (200, {"runs": [[0, 12], [20, 25]], "watched": 17, "left": 78})
    row = WatchedTime.objects.get()
    assert (row.user, row.watched, row.position) == (learner_with_access, 17, 25)
    page = soup_of(visitor.get(LOCKED)).select_one("[data-progress-url]")
    assert json.loads(str(page["data-videos"])) == {
        str(fields["video"]): {"seconds": 100, "required": 95, "runs": [[0, 12], [20, 25]], "position": 25}
    }
    assert page["data-learner"] == str(learner_with_access.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"runs": "-5-10"},
        {"runs": "10-5"},
        {"runs": "5-5"},
        {"runs": "a-b"},
        {"runs": "0-1e9"},
        {"runs": "0-99999999999999"},
        {"runs": ",".join(["0-1"] * 5000)},
        {"position": "-1"},
        {"position": "NaN"},
        {"position": "9" * 40},
        {"video": "0"},
        {"video": "9" * 40},
        {"video": "123456"},
        {"video": "x"},
        {"video": ""},
        {"batch": ""},
        {"batch": "1"},
        {"block": "1"},
    ],
    ids=lambda change: next(f"{name} {value[:12]!r}" for name, value in change.items()),
)
def test_report_that_makes_no_sense_is_refused(visitor, fields, change):
    response = visitor.post(f"{LOCKED}position/", {**fields, **change})
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.content
    assert nothing_kept()


def test_report_past_the_end_is_trimmed(visitor, fields):
    answer = visitor.post(f"{LOCKED}position/", {**fields, "runs": "95-9000", "position": "9000"}).json()
    assert answer["runs"] == [[95, 100]]
    assert WatchedTime.objects.get().position == 100


@pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("learner", 403)])
def test_report_without_access_is_refused(request, client_for, fields, who, status):
    visitor = client_for(None if who == "stranger" else request.getfixturevalue(who))
    assert visitor.post(f"{LOCKED}position/", fields).status_code == status
    assert nothing_kept()


def test_video_of_a_locked_lesson_cannot_be_reported_through_an_open_one(client_for, learner, fields):
    fields["block"] = block_id("first-look", 0)
    assert client_for(learner).post(f"{OPEN}position/", fields).status_code == 400
    assert nothing_kept()


def test_report_without_the_token_is_refused(learner_with_access, fields):
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(learner_with_access, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert visitor.post(f"{LOCKED}position/", fields).status_code == 403
    assert nothing_kept()


# --- Completion -------------------------------------------------------------------------------------


def test_lesson_with_a_video_is_not_completed_before_it_is_watched(visitor, video, learner_with_access):
    watch(learner_with_access, video, seconds=94)
    response = visitor.post(f"{LOCKED}complete/")
    assert response.status_code == 409
    assert soup_of(response).select_one("section.credit ~ .flash.error").get_text() == (
        "Still to watch before this lesson is completed: 1 second of “Video of second-look”."
    )
    assert not LessonProgress.objects.exists()
    watch(learner_with_access, video, seconds=95)
    assert visitor.post(f"{LOCKED}complete/").status_code == 302
    assert LessonProgress.objects.get().completed_at is not None


def test_video_that_is_added_later_does_not_reopen_a_lesson(learner_with_access, course):
    read_all(learner_with_access, course)
    before = list(LessonProgress.objects.values("lesson", "completed_at"))
    put_video("second-look", seconds=100)
    reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    outline = get_outline(course, learner_with_access)
    assert list(LessonProgress.objects.values("lesson", "completed_at")) == before
    assert (outline.percent, [item.unwatched for item in outline.lessons]) == (100, [[], []])


def test_lessons_that_are_added_later_reopen_nothing(learner_with_access, course):
    read_all(learner_with_access, course)
    fact = Enrolment.objects.get().lessons_completed_at
    assert fact is not None
    write_lesson("third-look", blocks("third-look", ("text", "<p>New.</p>")))
    outline = get_outline(course, learner_with_access)
    (study,) = get_studies(learner_with_access)
    assert (outline.percent, outline.remaining, outline.standing.has_no_lesson_left) == (100, [], True)
    assert (study.standing.percent, study.standing.awaits_post_test) == (100, True)
    assert outline.next_lesson.slug == "third-look"
    assert attempts.start_attempt(user=learner_with_access, outline=outline).is_open
    read_all(learner_with_access, course)
    assert Enrolment.objects.get().lessons_completed_at == fact


def test_a_course_whose_lessons_are_all_replaced_stays_completed(learner_with_access, course, other_learner):
    read_all(learner_with_access, course)
    Lesson.objects.filter(live=True).update(live=False, is_announced=False)
    write_lesson("third-look", blocks("third-look", ("text", "<p>New.</p>")))
    outline = get_outline(course, learner_with_access)
    (study,) = get_studies(learner_with_access)
    assert (outline.percent, outline.standing.has_no_lesson_left, study.standing.percent) == (100, True, 100)
    LessonProgress.objects.all().delete()
    assert get_outline(course, learner_with_access).percent == 100
    assert get_outline(course, other_learner).percent == 0


def test_whoever_began_the_post_test_is_not_sent_back_to_the_lessons(learner_with_access, course):
    """An author left nothing to be read; that counts from the learner's own act on."""
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    Lesson.objects.filter(slug="second-look").update(is_required=False)
    outline = get_outline(course, learner_with_access)
    assert (outline.percent, Enrolment.objects.get().lessons_completed_at) == (100, None)
    attempts.start_attempt(user=learner_with_access, outline=outline)
    write_lesson("third-look", blocks("third-look", ("text", "<p>New.</p>")))
    assert get_outline(course, learner_with_access).percent == 100


def test_report_from_another_page_leaves_the_place_alone(visitor, learner_with_access, course, video):
    reading.save_position(user=learner_with_access, text=text_of("first-look"), block="")
    before = list(Enrolment.objects.values()), list(LessonProgress.objects.values())
    response = visitor.post(f"{LOCKED}position/", {"video": video.pk, "batch": uuid4(), "runs": "0-5"})
    assert (response.status_code, response.json()["watched"]) == (200, 5)
    assert (list(Enrolment.objects.values()), list(LessonProgress.objects.values())) == before


def test_replayed_report_leaves_the_place_alone(visitor, learner_with_access, course, video):
    block = block_id("second-look", 0)
    report = {"block": block, "video": video.pk, "batch": uuid4(), "runs": "0-5", "position": 5}
    assert visitor.post(f"{LOCKED}position/", report).status_code == 200
    reading.save_position(user=learner_with_access, text=text_of("first-look"), block="")
    assert visitor.post(f"{LOCKED}position/", report).json()["watched"] == 5
    assert Enrolment.objects.get().last_lesson.slug == "first-look"


def test_report_of_nothing_is_refused(visitor, course):
    response = visitor.post(f"{LOCKED}position/", {})
    assert (response.status_code, LessonProgress.objects.exists()) == (400, False)


def test_percent_counts_required_lessons_alone(learner_with_access, course):
    Lesson.objects.filter(slug="second-look").update(is_required=False)
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    outline = get_outline(course, learner_with_access)
    (study,) = get_studies(learner_with_access)
    assert (outline.percent, outline.remaining, study.standing.percent, study.standing.required) == (100, [], 100, 1)
    assert Enrolment.objects.get().lessons_completed_at is not None


def test_optional_lesson_alone_leads_nowhere(learner_with_access, course):
    Lesson.objects.filter(slug="second-look").update(is_required=False)
    reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    assert get_outline(course, learner_with_access).percent == 0
    assert Enrolment.objects.get().lessons_completed_at is None


# --- What is left for credit ------------------------------------------------------------------------


def test_left_names_each_lesson_and_the_time_of_video(visitor, video, learner_with_access):
    watch(learner_with_access, video, seconds=30)
    for address in (COURSE, OPEN, LOCKED):
        response = visitor.get(address)
        assert summary_of(response) == "Left: 2 lessons (1:05 of video), the post-test"
        rows = soup_of(response).select("details.left li")
        assert words(rows[1].select_one(".note")) == "1:05 of “Video of second-look”"


@pytest.mark.parametrize("required", [("first-look", "second-look"), ("first-look",), ()])
@pytest.mark.parametrize("completed", [(), ("first-look",), ("second-look",), ("first-look", "second-look")])
@pytest.mark.parametrize("is_finished", [False, True], ids=["", "fact"])
def test_left_agrees_with_what_the_services_enforce(learner_with_access, course, required, completed, is_finished):
    Lesson.objects.exclude(slug__in=required).update(is_required=False)
    for slug in completed:
        reading.complete_lesson(user=learner_with_access, text=text_of(slug))
    if is_finished:
        reading.save_position(user=learner_with_access, text=text_of("first-look"), block="")
        Enrolment.objects.update(lessons_completed_at=timezone.now())
    outline = get_outline(course, learner_with_access)
    left = find_left_for_credit(learner_with_access, outline).course
    expected = [] if is_finished else [slug for slug in required if slug not in completed]
    assert [item.lesson.slug for item in left.lessons] == expected
    assert left.is_post_test_open == (not expected)
    if expected:
        with pytest.raises(NotReadyForPostTest):
            attempts.start_attempt(user=learner_with_access, outline=outline)
    else:
        assert attempts.start_attempt(user=learner_with_access, outline=outline).is_open


def test_nothing_is_left_once_a_course_without_credit_is_passed(visitor, learner_with_access, course):
    hand_in(learner_with_access, course, right=4)
    assert "You have completed this course." in visitor.get(LOCKED).content.decode()
    assert soup_of(visitor.get(LOCKED)).select("details.left") == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_report_takes_five_queries_with_session_and_user(visitor, fields, settings, monkeypatch):
    """Counted as `make bench` does: what begins and ends a transaction is a query, too."""
    settings.PAGE_CACHE_SECONDS = 10
    monkeypatch.setattr(published, "pages", LocMemCache(uuid4().hex, {}))
    for number in range(2):
        visitor.post(f"{LOCKED}position/", {**fields, "batch": uuid4(), "runs": "0-1"})
        with CaptureQueriesContext(connection) as asked:
            report = {**fields, "batch": uuid4(), "runs": f"{number}-{number + 15}"}
            assert visitor.post(f"{LOCKED}position/", report).status_code == 200
        assert len(asked) <= 5, [query["sql"] for query in asked]
