"""What comes into recall, what an answer does there, and that nothing else is touched."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AccessGrant, User
from courses.assessment.errors import CheckChanged, NoSuchChoice
from courses.assessment.scoring import get_right_answer
from courses.assessment.services import attempts, checks
from courses.models import Attempt, CheckAnswer, Completion, Course, Question, RecallAnswer, RecallCard
from courses.recall import services
from courses.recall.errors import AnsweredAlready, NotInRecall
from courses.recall.queries import ask, count_due, get_forecast, get_next_card, get_open_cards, get_recall, get_today
from courses.recall.services import answer_recall, collect_missed
from tests.course_fixtures import answer_all, get_wrong_answer, hand_in, start, write_question
from tests.courses.learning.services.test_learning import CROWD, together

pytestmark = pytest.mark.django_db

FIELDS = ("stability", "difficulty", "rating", "rated_on", "due_on", "learned_on", "reviews")


def today_of(user: User) -> date:
    return get_today(user, timezone.now())


def state(card: RecallCard) -> dict[str, object]:
    return RecallCard.objects.values(*FIELDS).get(pk=card.pk)


def make_due(card: RecallCard, *, days: int = 0) -> None:
    """As if the days had passed."""
    due = today_of(card.user) - timedelta(days=days)
    RecallCard.objects.filter(pk=card.pk).update(due_on=due, rated_on=due - timedelta(days=1))
    card.refresh_from_db()


def give(card: RecallCard, *, rightly: bool = True, **changes: object) -> RecallAnswer:
    content = ask(card)
    answer = (get_right_answer if rightly else get_wrong_answer)(content)
    asked = {"number": card.reviews + 1, "revision_id": card.question.live_revision_id, "answer": answer}
    return answer_recall(user=card.user, card_id=card.pk, **{**asked, **changes})


@pytest.fixture
def card(learner_with_access, explained_at_once) -> RecallCard:
    question = Question.objects.get(key="chest-film-1")
    collect_missed(user=learner_with_access, ratings=[(question.pk, 1)], day=today_of(learner_with_access))
    card = RecallCard.objects.get()
    make_due(card)
    return card


# --- What comes ---------------------------------------------------------------------------------------


def test_missed_and_unsure_of_a_post_test_come_back_tomorrow(learner_with_access, course):
    attempt = start(learner_with_access, course)
    answer_all(attempt, right=3)
    sure = attempt.questions.get(position=1)
    for position in (2, 3):
        right = get_right_answer(attempt.questions.get(position=position).content)
        attempts.save_answer(attempt=attempt, position=position, answer=right, is_unsure=position == 2)
    assert not RecallCard.objects.exists()
    attempts.submit_attempt(attempt=attempt)

    today = today_of(learner_with_access)
    by_question = {card.question_id: card for card in RecallCard.objects.all()}
    asked = {row.position: row.question_id for row in attempt.questions.all()}
    assert set(by_question) == {asked[2], asked[4]}
    assert sure.question_id not in by_question
    assert [by_question[asked[place]].rating for place in (2, 4)] == [2, 1]
    assert {(card.rated_on, card.due_on) for card in by_question.values()} == {(today, today + timedelta(days=1))}


def test_pre_test_is_not_collected(learner_with_access, course):
    course.pre_test_questions = 4
    attempt = attempts.start_pre_test(user=learner_with_access, course=course)
    answer_all(attempt, right=0)
    attempts.submit_attempt(attempt=attempt)
    assert not RecallCard.objects.exists()


def test_check_is_collected_when_missed_or_unsure(learner_with_access, course):
    made = [write_question(course, number) for number in (7, 8, 9)]
    for question, rightly, unsure in zip(made, (True, False, True), (False, False, True), strict=True):
        answer = 2 if rightly else 0
        given: dict[str, Any] = {"revision_id": question.live_revision_id, "answer": answer, "is_unsure": unsure}
        checks.save_check_answer(user=learner_with_access, question=question, **given)
    assert list(RecallCard.objects.order_by("question__key").values_list("question", "rating")) == [
        (made[1].pk, 1),
        (made[2].pk, 2),
    ]
    assert list(CheckAnswer.objects.order_by("question__key").values_list("is_unsure", flat=True)) == [
        *(False, False, True)
    ]


def test_collecting_twice_changes_nothing(card, learner_with_access):
    today = today_of(learner_with_access)
    collect_missed(user=learner_with_access, ratings=[(card.question_id, 2)], day=today)
    once = state(card)
    for rating, day in ((2, today), (3, today), (1, today - timedelta(days=1))):
        collect_missed(user=learner_with_access, ratings=[(card.question_id, rating)], day=day)
        assert state(card) == once
    collect_missed(user=learner_with_access, ratings=[(card.question_id, 1)], day=today)
    assert (state(card)["rating"], state(card)["due_on"]) == (1, today + timedelta(days=1))


def test_what_rests_comes_back_when_it_is_missed(card):
    make_due(card)
    RecallCard.objects.filter(pk=card.pk).update(learned_on=card.rated_on, rating=3, stability=200)
    assert not get_open_cards(card.user).exists()
    collect_missed(user=card.user, ratings=[(card.question_id, 1)], day=today_of(card.user))
    assert state(card)["learned_on"] is None
    assert get_open_cards(card.user).get() == card


# --- Answering ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rightly", "unsure", "rating", "days"), [(True, False, 3, 2), (True, True, 2, 1), (False, False, 1, 1)]
)
def test_answer_says_when_it_comes_again(card, rightly, unsure, rating, days):
    answer = give(card, rightly=rightly, is_unsure=unsure)
    today = today_of(card.user)

    assert (answer.is_right, answer.is_unsure, answer.rating, answer.number) == (rightly, unsure, rating, 1)
    after = state(card)
    assert (after["rating"], after["rated_on"], after["reviews"]) == (rating, today, 1)
    assert after["due_on"] == today + timedelta(days=days)


def test_learned_well_rests(card):
    RecallCard.objects.filter(pk=card.pk).update(stability=170, rated_on=card.rated_on - timedelta(days=170))
    card.refresh_from_db()
    give(card)
    assert state(card)["learned_on"] == today_of(card.user)
    assert count_due(card.user, today_of(card.user) + timedelta(days=500)) == 0


@pytest.mark.parametrize("change", [{}, {"learned_on": date(2026, 1, 1)}, {"question": False}, {"course": False}])
def test_what_is_due_is_counted_as_it_is_asked(card, change):
    """The dashboard counts with a statement of its own."""
    make_due(card)
    if "learned_on" in change:
        RecallCard.objects.update(**change)
    if "question" in change:
        Question.objects.update(live=False)
    if "course" in change:
        Course.objects.update(live=False)
    today = today_of(card.user)
    for day in (today - timedelta(days=400), today, today + timedelta(days=400)):
        assert count_due(card.user, day) == get_open_cards(card.user).filter(due_on__lte=day).count()
    assert count_due(card.user, today) == (0 if change else 1)


def test_answer_touches_no_attempt_and_no_completion(learner_with_access, course):
    hand_in(learner_with_access, course, right=3)
    before = list(Attempt.objects.values()), list(Completion.objects.values())
    card = RecallCard.objects.get()
    make_due(card)
    give(card)
    assert (list(Attempt.objects.values()), list(Completion.objects.values())) == before


def test_second_answer_to_the_same_asking_is_the_first(card):
    first = give(card, rightly=False)
    after = state(card)
    with pytest.raises(AnsweredAlready) as refused:
        give(card)
    assert refused.value.answer_id == first.pk
    assert state(card) == after
    assert RecallAnswer.objects.count() == 1


def test_what_is_not_due_or_not_offered_is_refused(card, other_learner):
    before = state(card)
    with pytest.raises(NotInRecall):
        give(card, number=2)
    with pytest.raises(CheckChanged):
        give(card, revision_id=card.question.live_revision_id + 1000)
    with pytest.raises(NoSuchChoice):
        give(card, answer=9)
    with pytest.raises(NotInRecall):
        answer_recall(
            user=other_learner, card_id=card.pk, number=1, revision_id=card.question.live_revision_id, answer=0
        )
    assert state(card) == before
    RecallCard.objects.update(due_on=today_of(card.user) + timedelta(days=1))
    with pytest.raises(NotInRecall):
        give(card)
    assert not RecallAnswer.objects.exists()


def test_without_access_and_unpublished_the_schedule_is_kept(card):
    before = state(card)
    Question.objects.update(live=False)
    with pytest.raises(NotInRecall):
        give(card)
    Question.objects.update(live=True)
    AccessGrant.objects.all().delete()
    user = User.objects.get(pk=card.user_id)
    found = get_recall(user, today_of(user))
    assert (found.due, found.closed, found.in_recall) == (0, 1, 0)
    card.user = user
    with pytest.raises(NotInRecall):
        give(card)
    assert state(card) == before


def test_recall_counts_exactly(learner_with_access, course, explained_at_once, monkeypatch):
    today = today_of(learner_with_access)
    for number, days in enumerate([-3, 0, 1, 1, 13, 14], start=1):
        question = Question.objects.filter(key=f"chest-film-{number}").first() or write_question(course, number)
        collect_missed(user=learner_with_access, ratings=[(question.pk, 1)], day=today - timedelta(days=9))
        RecallCard.objects.filter(question=question).update(due_on=today + timedelta(days=days))
    found = get_recall(learner_with_access, today)
    assert (found.due, found.todo, found.share, found.minutes, found.in_recall) == (2, 2, 2, 2, 6)
    forecast = [count for _day, count in get_forecast(found, today, 14)]
    assert forecast == [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]

    monkeypatch.setattr("courses.recall.queries.DAILY", 1)
    assert get_recall(learner_with_access, today).todo == 1
    card = get_next_card(learner_with_access, today)
    assert card.due_on == today - timedelta(days=3)
    give(card)
    after = get_recall(learner_with_access, today)
    assert (after.due, after.done_today, after.todo, after.share) == (1, 1, 0, 1)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_tabs_answer_once(card):
    results = together(lambda: give(RecallCard.objects.get(), rightly=False, number=1))
    assert sorted(type(result).__name__ for result in results) == ["AnsweredAlready"] * (CROWD - 1) + ["RecallAnswer"]
    assert state(card)["reviews"] == RecallAnswer.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_collected_at_once_it_is_one_card(learner_with_access, course):
    pks = list(Question.objects.filter(course=Course.objects.get()).values_list("pk", flat=True))
    today = today_of(learner_with_access)
    together(lambda: services.collect_missed(user=learner_with_access, ratings=[(pk, 1) for pk in pks], day=today))
    assert set(RecallCard.objects.values_list("question", "rating")) == {(pk, 1) for pk in pks}
    assert set(RecallCard.objects.values_list("due_on", flat=True)) == {today + timedelta(days=1)}
