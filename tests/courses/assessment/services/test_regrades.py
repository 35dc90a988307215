"""A wrong key is mended backwards, and nothing is taken from anybody."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from accounts.models import Mail
from courses.assessment import tasks
from courses.assessment.errors import NothingToRegrade
from courses.assessment.queries.regrades import preview_regrade
from courses.assessment.scoring import get_right_answer, is_right, mend
from courses.assessment.services import attempts as taking
from courses.assessment.services import regrades
from courses.errors import LearningError
from courses.models import Attempt, AttemptQuestion, Completion, Question, Regrade, RegradedAttempt, RegradeState
from courses.own_data import Learning
from courses.writing import services as authoring
from tests.course_fixtures import answer_all, hand_in, start
from tests.courses.assessment.contents import CONTENTS, MULTIPLE, NUMERIC, PLACE, SINGLE

HANDED_IN = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
"""The day before in New York."""


@pytest.fixture
def question(course) -> Question:
    return Question.objects.get(key="chest-film-1")


def mend_key(question: Question, letter: str = "A", **changes) -> Question:
    """Publish the question with another right choice."""
    number = question.key.rsplit("-")[-1]
    choices = [
        {"text": f"Choice {each}{number}", "is_correct": each == letter, "rationale": f"New {each}."} for each in "ABCD"
    ]
    authoring.draft_question(
        key=question.key, course=question.course, fields=changes, choices=changes.pop("choices", choices)
    ).publish()
    question.refresh_from_db()
    return Question.objects.get(pk=question.pk)


def take(user, course, question: Question, letter: str, *, others_right: int) -> Attempt:
    """Hand in an attempt with this choice for the question, and so many of the other three right."""
    attempt = start(user, course)
    answer_all(attempt, right=0)
    for row in attempt.questions.exclude(question=question)[:others_right]:
        taking.save_answer(attempt=attempt, position=row.position, answer=get_right_answer(row.content))
    row = attempt.questions.get(question=question)
    texts = [choice["text"][-2] for choice in row.content["choices"]]
    taking.save_answer(attempt=attempt, position=row.position, answer=texts.index(letter))
    handed = taking.submit_attempt(attempt=attempt)
    Attempt.objects.filter(pk=handed.pk).update(submitted_at=HANDED_IN)
    handed.refresh_from_db()
    return handed


def run(question: Question, author) -> Regrade:
    regrade = regrades.start_regrade(question=question, because="The key was C and is A.", by=author)
    regrades.regrade(pk=regrade.pk)
    regrade.refresh_from_db()
    return regrade


@pytest.mark.django_db
def test_who_passes_now_completes_on_the_day_of_handing_in_and_is_told_once(
    course, question, learner_with_access, author, django_capture_on_commit_callbacks
):
    attempt = take(learner_with_access, course, question, "A", others_right=2)
    assert (attempt.score, Completion.objects.exists()) == (Decimal(50), False)
    question = mend_key(question)
    preview = preview_regrade(question)
    assert (preview.handed_in, preview.open, preview.turning_right, preview.passing) == (1, 0, 1, [attempt])
    with django_capture_on_commit_callbacks(execute=True):
        regrade = regrades.start_regrade(question=question, because="C was A.", by=author)
    regrade.refresh_from_db()
    attempt.refresh_from_db()
    assert (regrade.state, attempt.score, attempt.submitted_at) == (RegradeState.DONE, Decimal(75), HANDED_IN)
    completion = Completion.objects.get()
    assert (completion.attempt, completion.completed_at, completion.score) == (attempt, HANDED_IN, Decimal(75))
    assert completion.completed_on == date(2026, 2, 28)
    kept = RegradedAttempt.objects.get()
    assert (kept.was_right, kept.is_right, kept.score_before, kept.score_after, kept.completes) == (
        False,
        True,
        Decimal(50),
        Decimal(75),
        True,
    )
    assert [choice["is_correct"] for choice in kept.content_before["choices"]].count(True) == 1
    [message] = outbox.outbox
    assert (message.to, message.subject) == (["paid@example.org"], "You passed the test after all: Chest film")
    assert "75 %" in message.body and "Feb" in message.body and f"/post-test/{attempt.pk}/" in message.body
    with pytest.raises(NothingToRegrade):
        regrades.start_regrade(question=question, because="Again.", by=author)
    regrades.regrade(pk=regrade.pk)
    assert (Mail.objects.filter(kind="test-passed").count(), RegradedAttempt.objects.count()) == (1, 1)
    [told] = Learning().gather(learner_with_access)["attempts"]
    assert [(row["score_before"], row["score_after"]) for row in told["marked_again"]] == [(50, 75)]


@pytest.mark.django_db
def test_nobody_loses(course, question, learner_with_access, author, client_for):
    attempt = take(learner_with_access, course, question, "C", others_right=2)
    completion = Completion.objects.get()
    run(mend_key(question), author)
    attempt.refresh_from_db()
    row = attempt.questions.get(question=question)
    assert (attempt.score, row.is_right, is_right(row.content, row.answer)) == (Decimal(75), True, True)
    assert [choice["text"] for choice in row.content["choices"] if choice["is_correct"]] == ["Choice A1"]
    assert Completion.objects.get().completed_at == completion.completed_at
    assert not Mail.objects.filter(kind="test-passed").exists()
    page = client_for(learner_with_access).get(f"/courses/chest-film/post-test/{attempt.pk}/").content.decode()
    assert "Your answer was right by the one before, and counts." in page
    # And when it turns out that the first key was right all the same.
    run(mend_key(Question.objects.get(pk=question.pk), "C"), author)
    row.refresh_from_db()
    assert (row.is_right, row.content["mended"], RegradedAttempt.objects.count()) == (True, True, 2)


@pytest.mark.django_db
def test_who_completed_meanwhile_gets_a_better_score_and_no_mail(course, question, learner_with_access, author):
    failed = take(learner_with_access, course, question, "A", others_right=2)
    hand_in(learner_with_access, course, right=4)
    completion = Completion.objects.get()
    question = mend_key(question)
    assert preview_regrade(question).passing == []
    run(question, author)
    failed.refresh_from_db()
    assert failed.score == Decimal(75)
    assert Completion.objects.get().completed_at == completion.completed_at
    assert not Mail.objects.filter(kind="test-passed").exists()


@pytest.mark.django_db
def test_attempt_under_way_gets_the_key_and_its_answers_stay(course, question, learner_with_access, author):
    attempt = start(learner_with_access, course)
    answer_all(attempt, right=0)
    answers = list(attempt.questions.values_list("answer", flat=True))
    run(mend_key(question), author)
    row = attempt.questions.get(question=question)
    assert list(attempt.questions.values_list("answer", flat=True)) == answers
    assert ("mended" in row.content, row.is_right, row.content["choices"][get_right_answer(row.content)]["text"]) == (
        False,
        None,
        "Choice A1",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"stem": "<p>Which edge does not belong to case 1?</p>"},
        {"choices": [{"text": "Choice A1", "is_correct": True, "rationale": "x"}, {"text": "Other", "rationale": "x"}]},
    ],
)
def test_what_asks_something_else_is_not_marked(course, question, learner_with_access, author, changes):
    take(learner_with_access, course, question, "A", others_right=2)
    question = mend_key(question, **changes)
    preview = preview_regrade(question)
    assert (preview.marked, preview.asked_otherwise) == ([], 1)
    with pytest.raises(NothingToRegrade):
        regrades.start_regrade(question=question, because="x", by=author)
    assert not Regrade.objects.exists()


@pytest.mark.django_db
def test_new_words_of_a_rationale_are_no_new_key(course, question, learner_with_access):
    take(learner_with_access, course, question, "A", others_right=2)
    assert preview_regrade(mend_key(question, "C")).marked == []


@pytest.mark.django_db
def test_sweep_goes_on_where_a_worker_ended(course, question, learner_with_access, author):
    take(learner_with_access, course, question, "A", others_right=2)
    regrade = regrades.start_regrade(question=mend_key(question), because="x", by=author)
    assert regrades.sweep_regrades() == []
    with pytest.raises(NothingToRegrade):  # one at a time
        regrades.start_regrade(question=Question.objects.get(pk=question.pk), because="x", by=author)
    Regrade.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    tasks.sweep_regrades()
    regrade.refresh_from_db()
    assert (regrade.state, RegradedAttempt.objects.count()) == (RegradeState.DONE, 1)


@pytest.mark.django_db
def test_older_key_marks_nothing_once_another_is_published(course, question, learner_with_access, author):
    attempt = take(learner_with_access, course, question, "B", others_right=2)
    older = regrades.start_regrade(question=mend_key(question), because="C was A.", by=author)
    newest = mend_key(Question.objects.get(pk=question.pk), "B")
    regrades.regrade(pk=older.pk)
    older.refresh_from_db()
    attempt.refresh_from_db()
    assert (older.state, RegradedAttempt.objects.exists(), attempt.score) == (RegradeState.DONE, False, Decimal(50))
    run(newest, author)
    attempt.refresh_from_db()
    assert attempt.score == Decimal(75)


@pytest.mark.django_db
def test_another_key_that_comes_while_attempts_are_marked_ends_it(
    course, question, learner_with_access, other_learner, author, monkeypatch
):
    taken = [take(user, course, question, "A", others_right=2) for user in (learner_with_access, other_learner)]
    older = regrades.start_regrade(question=mend_key(question), because="C was A.", by=author)
    tell = regrades._tell

    def tell_and_publish(attempt: Attempt) -> None:
        tell(attempt)
        mend_key(Question.objects.get(pk=question.pk), "B")

    monkeypatch.setattr(regrades, "_tell", tell_and_publish)
    regrades.regrade(pk=older.pk)
    older.refresh_from_db()
    assert (older.state, RegradedAttempt.objects.count()) == (RegradeState.DONE, 1)
    assert sorted(Attempt.objects.get(pk=each.pk).score for each in taken) == [Decimal(50), Decimal(75)]


@pytest.mark.django_db
def test_other_rationales_end_nothing(course, question, learner_with_access, author):
    take(learner_with_access, course, question, "A", others_right=2)
    waiting = regrades.start_regrade(question=mend_key(question), because="C was A.", by=author)
    mend_key(Question.objects.get(pk=question.pk), references="Another atlas.")
    regrades.regrade(pk=waiting.pk)
    assert RegradedAttempt.objects.count() == 1


@pytest.mark.django_db
def test_attempt_that_was_asked_with_a_newer_version_stays(course, question, learner_with_access, author):
    mended = mend_key(question)
    waiting = Regrade.objects.create(question=mended, revision=mended.live_revision, because="x", by=author, total=1)
    newest = mend_key(Question.objects.get(pk=question.pk), "B")
    attempt = start(learner_with_access, course)
    content = attempt.questions.get(question=question).content
    # The same key again, so that the older regrade is not at its end.
    mend_key(newest, "A")
    regrades.regrade(pk=waiting.pk)
    assert attempt.questions.get(question=question).content == content
    assert not RegradedAttempt.objects.exists()


@pytest.mark.parametrize(
    ("content", "changes", "key"),
    [
        (SINGLE, {"choices": list(reversed(SINGLE["choices"]))}, [False, True, False, False]),
        (MULTIPLE, {"choices": [{**each, "is_correct": True} for each in MULTIPLE["choices"]]}, [True] * 4),
        (SINGLE, {"choices": SINGLE["choices"][:3]}, None),
        (SINGLE, {"stem": "<p>Other?</p>"}, None),
        (SINGLE, MULTIPLE, None),
        (NUMERIC, {"value": "0.7"}, (Decimal("0.7"), Decimal("0.05"))),
        (NUMERIC, {"unit": "cm"}, None),
        (PLACE, {"regions": PLACE["regions"][:1]}, PLACE["regions"][:1]),
        (PLACE, {"image": {"id": 4}}, None),
        ({**SINGLE, "image": {"id": 3}}, {"image": {"id": 4}}, None),
        ({**NUMERIC, "image": {"id": 3}}, {"image": None}, None),
        (NUMERIC, {"image": {"id": 3}}, None),
        (NUMERIC, {"image": None}, (Decimal("0.6"), Decimal("0.05"))),
        ({**NUMERIC, "stem": "<p>10<sup>2</sup>?</p>"}, {"stem": "<p>10<sub>2</sub>?</p>"}, None),
        ({**NUMERIC, "stem": "<p>10<sup>2</sup>?</p>"}, {"stem": "<p>10 2?</p>"}, None),
        (CONTENTS["old"], {**SINGLE, "choices": SINGLE["choices"]}, [False, True, False, False]),
    ],
)
def test_each_kind_says_what_is_the_same_question(content, changes, key):
    from courses.assessment.kinds import get_kind_of  # noqa: PLC0415 - beside its use

    mended = mend(content, {**content, **changes})
    assert (mended and get_kind_of(mended).get_key(mended)) == key


def at_once(*acts) -> list[object]:
    """What each act returned or raised, begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def begin(act) -> object:
        gate.wait(10)
        try:
            return act()
        except LearningError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_at_once_is_once(course, question, learner_with_access, author):
    """Two questions of one attempt, each marked by two workers, while the learner hands in another attempt."""
    second = Question.objects.get(key="chest-film-2")
    failed = take(learner_with_access, course, question, "A", others_right=0)
    AttemptQuestion.objects.filter(attempt=failed, question=second).update(is_right=False)
    waiting = start(learner_with_access, course)
    answer_all(waiting, right=4)
    rows = [
        Regrade.objects.create(question=each, revision=mend_key(each).live_revision, because="x", by=author, total=2)
        for each in (question, second)
    ]
    at_once(
        *[partial(regrades.regrade, pk=row.pk) for row in rows for _ in range(2)],
        partial(taking.submit_attempt, attempt=waiting),
    )
    assert set(Regrade.objects.values_list("state", flat=True)) == {RegradeState.DONE}
    failed.refresh_from_db()
    right = failed.questions.filter(is_right=True).count()
    assert failed.score == Decimal(25 * right)
    assert RegradedAttempt.objects.filter(attempt=failed).count() == 2
    assert Completion.objects.count() <= 1
    assert not [row for row in RegradedAttempt.objects.exclude(score_before=None) if row.score_after < row.score_before]
