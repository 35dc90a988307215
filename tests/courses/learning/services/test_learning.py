import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from courses.assessment.errors import (
    AttemptClosed,
    NoQuestions,
    NoSuchChoice,
    NotReadyForPostTest,
    Unanswered,
)
from courses.assessment.services import attempts
from courses.learning.errors import NoSuchPlace
from courses.learning.queries.outlines import get_outline
from courses.learning.queries.progress import get_studies
from courses.learning.services import reading
from courses.models import (
    Attempt,
    AttemptQuestion,
    Completion,
    Course,
    Enrolment,
    Lesson,
    LessonProgress,
    Question,
)
from courses.writing import services as authoring
from courses.writing.queries import get_lesson_for
from tests.course_fixtures import (
    answer_all,
    block_id,
    blocks,
    hand_in,
    read_all,
    start,
    text_of,
    write_lesson,
    write_question,
)


@pytest.fixture
def clock(monkeypatch):
    """Sets what `timezone.now` answers."""

    def set_to(moment: str) -> datetime:
        instant = datetime.fromisoformat(moment)
        monkeypatch.setattr(timezone, "now", lambda: instant)
        return instant

    return set_to


# --- Reading ----------------------------------------------------------------------------------------


def test_save_position_makes_one_row_and_moves_it(learner, preview_lesson, clock):
    text = text_of("first-look")
    began = clock("2026-05-01T10:00:00+00:00")
    reading.save_position(user=learner, text=text, block=block_id("first-look", 0))
    later = clock("2026-05-02T11:00:00+00:00")
    reading.save_position(user=learner, text=text, block=block_id("first-look", 1))
    progress = LessonProgress.objects.get()
    assert (progress.user, progress.lesson, progress.revision_id) == (learner, preview_lesson, text.revision_id)
    assert (progress.block, progress.started_at, progress.completed_at) == (block_id("first-look", 1), began, None)
    enrolment = Enrolment.objects.get()
    assert (enrolment.user, enrolment.course) == (learner, preview_lesson.module.course)
    assert (enrolment.last_lesson, enrolment.enrolled_at, enrolment.last_seen_at) == (preview_lesson, began, later)


def test_save_position_of_another_learner_is_their_own(learner, other_learner, course):
    reading.save_position(user=learner, text=text_of("first-look"), block=block_id("first-look", 0))
    reading.save_position(user=other_learner, text=text_of("first-look"), block=block_id("first-look", 1))
    places = dict(LessonProgress.objects.values_list("user", "block"))
    assert places == {learner.pk: block_id("first-look", 0), other_learner.pk: block_id("first-look", 1)}


def test_save_position_takes_one_statement_or_two(learner, course, django_assert_num_queries):
    # SQLite: within the savepoint of the test's own transaction.
    expected = ["WITH"] if connection.vendor == "postgresql" else ["SAVEPOINT", "INSERT", "INSERT", "RELEASE"]
    text = get_lesson_for(learner, course="chest-film", lesson="first-look")
    for _ in range(2):
        with django_assert_num_queries(len(expected)) as captured:
            reading.save_position(user=learner, text=text, block=block_id("first-look", 0))
        statements = [query["sql"].split()[0] for query in captured.captured_queries]
        assert statements == expected


@pytest.mark.parametrize("place", [("second-look", 0), ("first-look", 9)], ids=["another lesson's", "nowhere"])
def test_save_position_refuses_a_place_that_is_not_in_the_text(learner, course, place):
    with pytest.raises(NoSuchPlace):
        reading.save_position(user=learner, text=text_of("first-look"), block=block_id(*place))
    assert not LessonProgress.objects.exists()
    assert not Enrolment.objects.exists()


def test_complete_lesson_keeps_the_first_time(learner, course, clock):
    first = clock("2026-05-01T10:00:00+00:00")
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    clock("2026-05-03T10:00:00+00:00")
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    assert LessonProgress.objects.get().completed_at == first


def test_completion_of_a_lesson_never_goes_back(learner, course):
    text = text_of("first-look")
    reading.complete_lesson(user=learner, text=text)
    completed_at = LessonProgress.objects.get().completed_at
    reading.save_position(user=learner, text=text, block=block_id("first-look", 0))
    progress = LessonProgress.objects.get()
    assert (progress.completed_at, progress.block) == (completed_at, block_id("first-look", 0))


def test_complete_lesson_without_having_read_is_enough(learner, course):
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    progress = LessonProgress.objects.get()
    assert progress.completed_at is not None
    assert progress.started_at <= progress.completed_at
    assert Enrolment.objects.get().last_lesson.slug == "first-look"


# --- Starting the post-test -------------------------------------------------------------------------


def nothing_started() -> bool:
    return not (Attempt.objects.exists() or AttemptQuestion.objects.exists())


def test_start_attempt_freezes_what_it_drew(learner_with_access, course):
    attempt = start(learner_with_access, course)
    assert (attempt.user, attempt.course, attempt.passing_score) == (learner_with_access, course, 75)
    questions = list(attempt.questions.all())
    assert [question.position for question in questions] == [1, 2, 3, 4]
    assert {question.question.key for question in questions} == {f"chest-film-{number}" for number in range(1, 5)}
    for question in questions:
        number = question.question.key[-1]
        assert question.revision_id == question.question.live_revision_id
        assert (question.answer, question.answered_at) == (None, None)
        content = question.content
        assert content["stem"] == f"<p>Which edge belongs to case {number}?</p>"
        assert content["references"] == ["Atlas, page 1.", "Atlas, page 2."]
        assert sorted(choice["text"] for choice in content["choices"]) == [f"Choice {x}{number}" for x in "ABCD"]
        assert [choice["text"] for choice in content["choices"] if choice["is_correct"]] == [f"Choice C{number}"]
        assert {choice["rationale"] for choice in content["choices"]} == {
            f"Rationale {x} of case {number}." for x in "ABCD"
        }


def test_start_attempt_draws_without_repetition_and_as_many_as_told(learner_with_access, course):
    Course.objects.filter(pk=course.pk).update(post_test_questions=3)
    course.refresh_from_db()
    drawn = set()
    for _ in range(12):
        attempt = start(learner_with_access, course)
        keys = [question.question.key for question in attempt.questions.all()]
        assert len(keys) == len(set(keys)) == 3
        drawn.update(keys)
        answer_all(attempt, right=0)
        attempts.submit_attempt(attempt=attempt)
    # One of four stays out each time; that the same one does twelve times happens once in four million.
    assert len(drawn) == 4


def test_start_attempt_shuffles_questions_and_choices(learner_with_access, course):
    orders: set[tuple[str, ...]] = set()
    choices: set[tuple[str, ...]] = set()
    for _ in range(12):
        attempt = start(learner_with_access, course)
        questions = list(attempt.questions.all())
        orders.add(tuple(question.question.key for question in questions))
        choices.update(tuple(c["text"][7] for c in question.content["choices"]) for question in questions)
        answer_all(attempt, right=0)
        attempts.submit_attempt(attempt=attempt)
    # Of 24 orders, 12 draws show about 10 and 48 draws about 21.
    assert len(orders) >= 6
    assert len(choices) >= 14


def test_start_attempt_goes_on_with_the_open_one(learner_with_access, course):
    first = start(learner_with_access, course)
    attempts.save_answer(attempt=first, position=1, answer=0)
    again = attempts.start_attempt(user=learner_with_access, outline=get_outline(course, learner_with_access))
    assert again == first
    assert (Attempt.objects.count(), AttemptQuestion.objects.count()) == (1, 4)
    assert first.questions.get(position=1).answer == 0


def test_start_attempt_before_every_lesson_is_completed_is_refused(learner_with_access, course):
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    with pytest.raises(NotReadyForPostTest, match="opens when every lesson is completed"):
        attempts.start_attempt(user=learner_with_access, outline=get_outline(course, learner_with_access))
    assert nothing_started()


def test_start_attempt_of_a_course_without_lessons_is_refused(learner_with_access, write_course):
    empty = write_course("empty", [])
    with pytest.raises(NotReadyForPostTest):
        attempts.start_attempt(user=learner_with_access, outline=get_outline(empty, learner_with_access))
    assert nothing_started()


def test_start_attempt_without_questions_is_refused(learner_with_access, course):
    for question in Question.objects.all():
        question.unpublish()
    with pytest.raises(NoQuestions, match="no post-test yet"):
        start(learner_with_access, course)
    assert nothing_started()


def test_start_attempt_draws_published_questions_of_this_course_only(learner_with_access, course, write_course):
    other = write_course("other", [])
    write_question(other, 7)
    Question.objects.get(key="chest-film-2").unpublish()
    authoring.draft_question(key="draft", course=course, fields={"stem": "<p>?</p>", "lesson": None}, choices=[])
    attempt = start(learner_with_access, course)
    keys = {question.question.key for question in attempt.questions.all()}
    assert keys == {"chest-film-1", "chest-film-3", "chest-film-4"}


def test_attempt_keeps_its_questions_when_they_are_edited(learner_with_access, course):
    attempt = start(learner_with_access, course)
    before = list(attempt.questions.values_list("content", "revision_id"))
    for number in range(1, 5):
        authoring.draft_question(
            key=f"chest-film-{number}",
            course=course,
            fields={"stem": "<p>Edited</p>", "lesson": None, "references": ""},
            choices=[{"text": text, "is_correct": text == "Y", "rationale": "New."} for text in "XY"],
        ).publish()
    assert list(attempt.questions.values_list("content", "revision_id")) == before
    answer_all(attempt, right=3)
    assert attempts.submit_attempt(attempt=attempt).score == Decimal("75.00")


@pytest.mark.parametrize(("mark", "passed"), [(100, True), (1, True)])
def test_attempt_keeps_its_pass_mark_when_the_course_changes(learner_with_access, course, mark, passed):
    attempt = start(learner_with_access, course)
    Course.objects.filter(pk=course.pk).update(passing_score=mark)
    answer_all(attempt, right=3)
    submitted = attempts.submit_attempt(attempt=attempt)
    assert (submitted.passing_score, submitted.is_passed) == (75, passed)


def test_attempt_below_the_old_mark_fails_though_the_course_is_easier_now(learner_with_access, course):
    attempt = start(learner_with_access, course)
    Course.objects.filter(pk=course.pk).update(passing_score=1)
    answer_all(attempt, right=2)
    assert attempts.submit_attempt(attempt=attempt).is_passed is False
    assert not Completion.objects.exists()


# --- Answers ----------------------------------------------------------------------------------------


def test_save_answer_is_kept_and_overwritten_while_open(learner_with_access, course, clock):
    attempt = start(learner_with_access, course)
    clock("2026-05-01T10:00:00+00:00")
    attempts.save_answer(attempt=attempt, position=2, answer=3)
    moment = clock("2026-05-01T10:05:00+00:00")
    attempts.save_answer(attempt=attempt, position=2, answer=0)
    assert list(attempt.questions.values_list("answer", flat=True)) == [None, 0, None, None]
    assert attempt.questions.get(position=2).answered_at == moment


@pytest.mark.parametrize(("position", "choice"), [(1, 4), (1, -1), (1, 99), (0, 0), (5, 0), (-1, 0)])
def test_save_answer_refuses_what_was_not_offered(learner_with_access, course, position, choice):
    attempt = start(learner_with_access, course)
    with pytest.raises(NoSuchChoice, match="does not belong to this question"):
        attempts.save_answer(attempt=attempt, position=position, answer=choice)
    assert set(attempt.questions.values_list("answer", "answered_at")) == {(None, None)}


def test_save_answer_reaches_no_other_attempt(learner_with_access, other_learner, course):
    mine = start(learner_with_access, course)
    theirs = start(other_learner, course)
    attempts.save_answer(attempt=mine, position=1, answer=1)
    assert list(theirs.questions.values_list("answer", flat=True)) == [None] * 4


def test_save_answer_after_handing_in_is_refused(learner_with_access, course):
    attempt = hand_in(learner_with_access, course, right=4)
    before = list(attempt.questions.values_list("answer", "answered_at"))
    with pytest.raises(AttemptClosed, match="its answers stand"):
        attempts.save_answer(attempt=attempt, position=1, answer=0)
    assert list(attempt.questions.values_list("answer", "answered_at")) == before


# --- Handing in -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "numbers", "text"),
    [
        ([1, 3], [2, 4], "Not answered yet: questions 2, 4."),
        ([1, 2, 3], [4], "Not answered yet: question 4."),
        ([], [1, 2, 3, 4], "Not answered yet: questions 1, 2, 3, 4."),
    ],
)
def test_submit_attempt_names_what_is_not_answered(learner_with_access, course, answered, numbers, text):
    attempt = start(learner_with_access, course)
    for position in answered:
        attempts.save_answer(attempt=attempt, position=position, answer=0)
    with pytest.raises(Unanswered) as refused:
        attempts.submit_attempt(attempt=attempt)
    assert (refused.value.positions, str(refused.value)) == (numbers, text)
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.score) == (None, None)
    assert not Completion.objects.exists()


@pytest.mark.parametrize(
    ("drawn", "right", "mark", "score", "passed"),
    [
        (4, 4, 75, "100.00", True),
        (4, 3, 75, "75.00", True),
        (4, 2, 75, "50.00", False),
        (4, 0, 1, "0.00", False),
        (3, 2, 67, "66.67", False),
        (3, 2, 66, "66.67", True),
        (3, 1, 33, "33.33", True),
        (3, 1, 34, "33.33", False),
    ],
)
def test_submit_attempt_scores_to_two_places(learner_with_access, course, drawn, right, mark, score, passed):
    Course.objects.filter(pk=course.pk).update(post_test_questions=drawn, passing_score=mark)
    course.refresh_from_db()
    submitted = hand_in(learner_with_access, course, right=right)
    assert (submitted.score, submitted.is_passed) == (Decimal(score), passed)
    assert Attempt.objects.get().score == Decimal(score)
    assert Completion.objects.count() == (1 if passed else 0)


def test_submit_attempt_twice_is_refused_and_the_first_stands(learner_with_access, course):
    attempt = hand_in(learner_with_access, course, right=2)
    before = Attempt.objects.values().get()
    with pytest.raises(AttemptClosed):
        attempts.submit_attempt(attempt=attempt)
    assert Attempt.objects.values().get() == before


def test_retake_is_a_new_attempt(learner_with_access, course):
    failed = hand_in(learner_with_access, course, right=2)
    passed = hand_in(learner_with_access, course, right=4)
    assert failed != passed
    assert list(Attempt.objects.order_by("pk").values_list("score", flat=True)) == [Decimal(50), Decimal(100)]
    assert Completion.objects.get().attempt == passed


def test_passing_twice_is_one_completion_and_the_first_stands(learner_with_access, course):
    first = hand_in(learner_with_access, course, right=3)
    before = Completion.objects.values().get()
    second = hand_in(learner_with_access, course, right=4)
    assert second.is_passed
    assert Completion.objects.values().get() == before
    assert before["attempt_id"] == first.pk


def test_retake_stays_possible_when_a_lesson_is_added_after_completion(learner_with_access, course):
    hand_in(learner_with_access, course, right=4)
    write_lesson("third-look", blocks("third-look", ("text", "<p>New.</p>")))
    outline = get_outline(course, learner_with_access)
    assert (outline.standing.has_no_lesson_left, outline.percent) == (True, 100)
    assert attempts.start_attempt(user=learner_with_access, outline=outline).is_open


def test_completion_is_a_snapshot_of_what_was_read(learner_with_access, course, clock):
    moment = clock("2026-05-01T15:00:00+00:00")
    attempt = hand_in(learner_with_access, course, right=3)
    texts = [text_of("first-look"), text_of("second-look")]
    completion = Completion.objects.get()
    assert (completion.user, completion.course, completion.attempt) == (learner_with_access, course, attempt)
    assert (completion.score, completion.completed_at) == (Decimal("75.00"), moment)
    expected = [{"lesson": text.lesson_id, "title": text.lesson.title, "revision": text.revision_id} for text in texts]
    assert sorted(completion.lessons, key=lambda row: row["lesson"]) == expected
    write_lesson("first-look", blocks("first-look", ("text", "<p>New.</p>")), title="Renamed")
    completion.refresh_from_db()
    assert sorted(completion.lessons, key=lambda row: row["lesson"]) == expected


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("America/New_York", "2026-05-02T03:00:00+00:00", date(2026, 5, 1)),
        ("America/New_York", "2026-05-02T04:00:00+00:00", date(2026, 5, 2)),
        ("Pacific/Kiritimati", "2026-12-31T10:00:00+00:00", date(2027, 1, 1)),
        ("UTC", "2026-05-02T03:00:00+00:00", date(2026, 5, 2)),
    ],
)
def test_completion_has_the_date_where_the_learner_is(learner_with_access, course, clock, zone, moment, day):
    learner_with_access.time_zone = zone
    learner_with_access.save(update_fields=["time_zone"])
    clock(moment)
    hand_in(learner_with_access, course, right=4)
    completion = Completion.objects.get()
    assert completion.completed_on == day
    assert completion.completed_at == datetime.fromisoformat(moment).astimezone(UTC)


def test_completion_counts_the_lessons_of_its_course_only(learner_with_access, course, write_course):
    write_course("other", [("M", [("elsewhere", "Elsewhere")])])
    write_lesson("elsewhere", blocks("elsewhere", ("text", "<p>x</p>")), is_preview=True)
    read_all(learner_with_access, Course.objects.get(slug="other"))
    hand_in(learner_with_access, course, right=4)
    titles = {row["title"] for row in Completion.objects.get().lessons}
    assert titles == {"First look", "Second look"}


# --- Two at once ------------------------------------------------------------------------------------

CROWD = 6


def together(act) -> list[object]:
    """Run the act in several threads at the same moment; what each returned or raised."""
    barrier = threading.Barrier(CROWD)
    results: list[object] = []

    def run() -> None:
        try:
            barrier.wait(10)
            results.append(act())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_tabs_start_one_attempt(learner_with_access, course):
    read_all(learner_with_access, course)
    outline = get_outline(course, learner_with_access)
    results = together(lambda: attempts.start_attempt(user=learner_with_access, outline=outline))
    attempt = Attempt.objects.get()
    assert results == [attempt] * CROWD
    assert attempt.questions.count() == 4


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_double_submit_makes_one_completion(learner_with_access, course):
    attempt = start(learner_with_access, course)
    answer_all(attempt, right=4)
    results = together(lambda: attempts.submit_attempt(attempt=attempt))
    assert sorted(type(result).__name__ for result in results) == ["Attempt"] + ["AttemptClosed"] * (CROWD - 1)
    assert Completion.objects.get().attempt == attempt


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_answer_beside_handing_in_is_in_the_score_or_refused(learner_with_access, course):
    attempt = start(learner_with_access, course)
    answer_all(attempt, right=4)
    first = attempt.questions.get(position=1)
    wrong = next(index for index, choice in enumerate(first.content["choices"]) if not choice["is_correct"])
    turns = iter(range(CROWD))

    def act() -> object:
        if next(turns) % 2:
            return attempts.submit_attempt(attempt=attempt)
        return attempts.save_answer(attempt=attempt, position=1, answer=wrong)

    together(act)
    attempt.refresh_from_db()
    kept = attempt.questions.filter(is_right=True).count()
    assert attempt.score == Decimal(25 * kept)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_many_devices_keep_one_place(learner_with_access, course):
    text = text_of("second-look")
    places = [block_id("second-look", index % 5) for index in range(CROWD)]
    turns = iter(places)
    results = together(lambda: reading.save_position(user=learner_with_access, text=text, block=next(turns)))
    assert results == [None] * CROWD
    assert LessonProgress.objects.get().block in places
    assert Enrolment.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_handing_in_does_not_lock_the_course(learner_with_access, other_learner, course):
    """While one learner's submission is under way, another's goes through."""
    mine, theirs = start(learner_with_access, course), start(other_learner, course)
    answer_all(mine, right=4)
    answer_all(theirs, right=4)
    results: list[object] = []

    def submit_theirs() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            results.append(attempts.submit_attempt(attempt=theirs).is_passed)
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        attempts.submit_attempt(attempt=mine)
        thread = threading.Thread(target=submit_theirs)
        thread.start()
        thread.join(20)
    assert results == [True]
    assert Lesson.objects.count() == 3


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_tabs_start_one_pre_test(learner_with_access, course):
    Course.objects.filter(pk=course.pk).update(pre_test_questions=2)
    course.refresh_from_db()
    results = together(lambda: attempts.start_pre_test(user=learner_with_access, course=course))
    attempt = Attempt.objects.get()
    assert results == [attempt] * CROWD
    assert (attempt.purpose, attempt.questions.count()) == ("pre", 2)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_answers_of_one_device_that_arrive_together_end_with_the_newest(learner_with_access, course):
    attempt = start(learner_with_access, course)
    turns = iter([3, 0, 5, 1, 4, 2])

    def act() -> None:
        number = next(turns)
        attempts.save_answer(attempt=attempt, position=1, answer=number % 4, device="laptop", number=number)

    assert together(act) == [None] * CROWD
    question = attempt.questions.get(position=1)
    assert (question.answer, question.seen) == (5 % 4, [["laptop", 5]])


# --- What was reached stays -------------------------------------------------------------------------


def shown(user, course) -> tuple[int, int]:
    """On the course's own pages, and on the dashboard."""
    [study] = get_studies(user)
    return get_outline(course, user).percent, study.standing.percent


def test_progress_does_not_fall_when_an_author_publishes(learner_with_access, course):
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    assert shown(learner_with_access, course) == (50, 50)
    write_lesson("third-look", blocks("third-look", ("text", "<p>More to read.</p>")))
    assert shown(learner_with_access, course) == (50, 50)
    reading.complete_lesson(user=learner_with_access, text=text_of("third-look"))
    assert shown(learner_with_access, course) == (66, 66)


def test_progress_does_not_fall_when_an_author_takes_a_completed_lesson_off(learner_with_access, course):
    write_lesson("third-look", blocks("third-look", ("text", "<p>More to read.</p>")))
    for slug in ("first-look", "third-look"):
        reading.complete_lesson(user=learner_with_access, text=text_of(slug))
    assert shown(learner_with_access, course) == (66, 66)
    Lesson.objects.get(slug="third-look").unpublish()
    assert shown(learner_with_access, course) == (66, 66)


def test_progress_that_was_reached_opens_no_post_test(learner_with_access, course):
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    write_lesson("third-look", blocks("third-look", ("text", "<p>More to read.</p>")))
    reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    assert not get_outline(course, learner_with_access).standing.is_post_test_open
    assert Enrolment.objects.get().lessons_completed_at is None
