"""A lesson with checks is completed when each was answered, with what completes a lesson otherwise."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.assessment.errors import NotReadyForPostTest
from courses.assessment.services import attempts, checks
from courses.learning.errors import NotAnswered, NotWatched
from courses.learning.queries.outlines import get_outline
from courses.learning.queries.progress import get_studies
from courses.learning.seconds import pack
from courses.learning.services import reading, watching
from courses.models import CheckAnswer, Completion, Enrolment, Lesson, LessonProgress, WatchedTime
from tests.course_fixtures import (
    add_checks,
    answer_checks,
    hand_in,
    put_video,
    read_all,
    text_of,
    write_question_of,
)
from tests.courses.learning.services.test_learning import CROWD, together

RIGHT, WRONG = 1, 0
LESSON = "second-look"


@pytest.fixture
def asked(course):
    """The two checks of the lesson."""
    return add_checks(LESSON)


def answer(user, question, choice=RIGHT, *, slug=LESSON):
    return checks.answer_check(
        user=user, text=text_of(slug), question=question, revision_id=question.live_revision_id, answer=choice
    )


def is_completed(user, slug=LESSON) -> bool:
    return LessonProgress.objects.filter(user=user, lesson__slug=slug, completed_at__isnull=False).exists()


def item_of(user, course, slug=LESSON):
    return next(item for item in get_outline(course, user).lessons if item.lesson.slug == slug)


@pytest.mark.parametrize("choices", [(RIGHT, RIGHT), (WRONG, RIGHT), (WRONG, WRONG)])
def test_last_answer_completes_the_lesson_right_or_wrong(learner_with_access, course, asked, choices):
    first, second = asked
    assert item_of(learner_with_access, course).unanswered == [first.pk, second.pk]
    answer(learner_with_access, second, choices[0])
    assert not is_completed(learner_with_access)
    assert item_of(learner_with_access, course).unanswered == [first.pk]
    answer(learner_with_access, first, choices[1])
    progress = LessonProgress.objects.get(lesson__slug=LESSON)
    assert (progress.user, progress.revision_id) == (learner_with_access, text_of(LESSON).revision_id)
    assert progress.completed_at is not None
    assert get_outline(course, learner_with_access).percent == 50
    assert Enrolment.objects.get().percent_reached == 50


def test_button_alone_completes_nothing_while_a_check_waits(learner_with_access, course, asked):
    with pytest.raises(NotAnswered, match="before this lesson is completed: 2 checks"):
        reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    answer(learner_with_access, asked[0])
    with pytest.raises(NotAnswered, match="before this lesson is completed: one check"):
        reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    assert not LessonProgress.objects.exists()
    assert not Enrolment.objects.exists()


def test_same_check_twice_is_one_answer(learner_with_access, asked):
    for choice in (WRONG, RIGHT):
        answer(learner_with_access, asked[0], choice)
    assert not is_completed(learner_with_access)


def test_answers_of_another_complete_nothing(learner_with_access, other_learner, course, asked):
    answer_checks(other_learner, text_of(LESSON))
    assert is_completed(other_learner)
    assert not is_completed(learner_with_access)
    assert len(item_of(learner_with_access, course).unanswered) == 2


def test_lesson_without_checks_is_completed_by_its_button(learner_with_access, course, asked):
    answer_checks(learner_with_access, text_of(LESSON))
    assert not is_completed(learner_with_access, "first-look")
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    assert get_outline(course, learner_with_access).standing.is_post_test_open


def test_last_answer_in_the_last_lesson_opens_the_post_test(learner_with_access, course, asked):
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    answer(learner_with_access, asked[0])
    outline = get_outline(course, learner_with_access)
    with pytest.raises(NotReadyForPostTest):
        attempts.start_attempt(user=learner_with_access, outline=outline)
    answer(learner_with_access, asked[1])
    assert Enrolment.objects.get().lessons_completed_at is not None
    outline = get_outline(course, learner_with_access)
    assert attempts.start_attempt(user=learner_with_access, outline=outline).is_open


def test_completion_of_the_course_names_the_revision_with_the_checks(learner_with_access, course, asked):
    hand_in(learner_with_access, course, right=4)
    lessons = {row["title"]: row["revision"] for row in Completion.objects.get().lessons}
    assert lessons["Second look"] == text_of(LESSON).revision_id


# --- With a video -----------------------------------------------------------------------------------


@pytest.fixture
def video(asked):
    return put_video(LESSON, seconds=100)


def watch(user, video, seconds: int) -> None:
    WatchedTime.objects.create(
        user=user, video=video, watched=seconds, bits=pack((1 << seconds) - 1, length=video.seconds)
    )


def test_answers_wait_for_the_video(learner_with_access, video):
    answer_checks(learner_with_access, text_of(LESSON))
    assert not is_completed(learner_with_access)
    with pytest.raises(NotWatched):
        reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    watch(learner_with_access, video, 95)
    reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    assert is_completed(learner_with_access)


def test_video_waits_for_the_answers(learner_with_access, video, asked):
    watch(learner_with_access, video, 95)
    answer(learner_with_access, asked[0])
    assert not is_completed(learner_with_access)
    answer(learner_with_access, asked[1])
    assert is_completed(learner_with_access)


@pytest.mark.parametrize("are_answered", [True, False])
def test_report_that_makes_a_video_watched_completes_what_is_answered(
    learner_with_access, video, monkeypatch, are_answered
):
    if are_answered:
        answer_checks(learner_with_access, text_of(LESSON))
    moment = timezone.now()

    def report(*runs: tuple[int, int]) -> watching.Watched:
        return watching.record_watched(
            user=learner_with_access,
            text=text_of(LESSON),
            block=None,
            video_id=video.pk,
            report=watching.Report(uuid4(), list(runs)),
        )

    report()
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(minutes=5))
    assert report((0, 94)).left == 1
    assert not is_completed(learner_with_access)
    assert report((94, 95)).has_become_enough
    assert is_completed(learner_with_access) == are_answered
    assert not report((95, 100)).has_become_enough


# --- What an author does later ----------------------------------------------------------------------


def test_check_that_comes_into_a_completed_lesson_reopens_nothing(learner_with_access, course):
    reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    before = list(LessonProgress.objects.values("lesson", "completed_at", "revision"))
    asked = add_checks(LESSON)
    item = item_of(learner_with_access, course)
    assert (item.is_completed, item.checks, item.unanswered) == (True, [each.pk for each in asked], [])
    reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    answer(learner_with_access, asked[0], WRONG)
    assert list(LessonProgress.objects.values("lesson", "completed_at", "revision")) == before


def test_checks_that_come_into_a_live_course_take_nothing_away(learner_with_access, course):
    """Neither the percentage, nor the open post-test, nor what was passed."""
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    add_checks("first-look")
    add_checks(LESSON)
    (study,) = get_studies(learner_with_access)
    assert (get_outline(course, learner_with_access).percent, study.standing.percent) == (50, 50)
    answer_checks(learner_with_access, text_of(LESSON))
    outline = get_outline(course, learner_with_access)
    assert (outline.percent, outline.remaining, outline.standing.is_post_test_open) == (100, [], True)
    add_checks(LESSON)
    outline = get_outline(course, learner_with_access)
    attempt = attempts.start_attempt(user=learner_with_access, outline=outline)
    assert (attempt.is_open, outline.percent) == (True, 100)


def test_course_that_was_completed_stays_so(learner_with_access, course):
    hand_in(learner_with_access, course, right=4)
    before = Completion.objects.values().get()
    for slug in ("first-look", LESSON):
        add_checks(slug)
    outline = get_outline(course, learner_with_access)
    assert (outline.is_completed, outline.percent, outline.remaining) == (True, 100, [])
    assert Completion.objects.values().get() == before


def test_lesson_whose_place_alone_was_kept_wants_its_checks(learner_with_access, course):
    reading.save_position(user=learner_with_access, text=text_of(LESSON), block="")
    add_checks(LESSON)
    item = item_of(learner_with_access, course)
    assert (item.is_started, item.is_completed, len(item.unanswered)) == (True, False, 2)


def test_check_that_is_taken_off_leaves_nothing_to_do(learner_with_access, course, asked):
    answer(learner_with_access, asked[0])
    asked[1].unpublish()
    assert item_of(learner_with_access, course).unanswered == []
    assert not is_completed(learner_with_access)  # only what the learner does writes it
    reading.complete_lesson(user=learner_with_access, text=text_of(LESSON))
    assert is_completed(learner_with_access)


def test_question_that_became_one_of_the_tests_is_no_check_any_more(learner_with_access, course, asked):
    write_question_of(course, "single", key=asked[0].key, use="test")
    assert item_of(learner_with_access, course).checks == [asked[1].pk]


def test_check_that_was_reworded_stays_answered(learner_with_access, course, asked):
    answer(learner_with_access, asked[0])
    write_question_of(
        course, "single", key=asked[0].key, use="check", lesson=Lesson.objects.get(slug=LESSON), stem="<p>Anew</p>"
    )
    assert item_of(learner_with_access, course).unanswered == [asked[1].pk]


def test_checks_are_told_in_the_order_of_the_text(course, asked):
    assert text_of(LESSON).question_ids == [each.pk for each in asked]
    Lesson.objects.filter(slug=LESSON).update(body=list(reversed(Lesson.objects.get(slug=LESSON).body.raw_data)))
    Lesson.objects.get(slug=LESSON).save_revision().publish()
    assert text_of(LESSON).question_ids == [each.pk for each in reversed(asked)]


# --- Two at once ------------------------------------------------------------------------------------


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_last_two_answers_at_once_complete_the_lesson(learner_with_access, course):
    """From two tabs: each is written before the other is seen."""
    asked = add_checks(LESSON, count=CROWD)
    turns = iter(asked)
    results = together(lambda: answer(learner_with_access, next(turns)))
    assert [type(result) for result in results] == [CheckAnswer] * CROWD
    assert is_completed(learner_with_access)
    assert LessonProgress.objects.count() == Enrolment.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_last_answer_beside_the_last_second_of_the_video_completes_the_lesson(learner_with_access, course):
    asked = add_checks(LESSON, count=1)
    video = put_video(LESSON, seconds=10)
    text, turns = text_of(LESSON), iter(range(CROWD))

    def act() -> object:
        if next(turns) % 2:
            return answer(learner_with_access, asked[0])
        WatchedTime.objects.get_or_create(
            user=learner_with_access, video=video, defaults={"watched": 10, "bits": pack((1 << 10) - 1, length=10)}
        )
        return reading.complete_when_done(user=learner_with_access, text=text)

    results = together(act)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert is_completed(learner_with_access)


def test_read_all_answers_the_checks(learner_with_access, course, asked):
    read_all(learner_with_access, course)
    assert get_outline(course, learner_with_access).percent == 100
    assert CheckAnswer.objects.filter(user=learner_with_access, is_right=True).count() == 2
