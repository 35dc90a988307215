"""Whether an answer was right is known once it is handed in, and SQL can count it."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from courses.assessment.errors import Unanswered
from courses.assessment.services import attempts
from courses.models import AttemptQuestion, Course
from tests.course_fixtures import answer_all, hand_in, start


def get_marks(attempt) -> list[bool | None]:
    return list(attempt.questions.order_by("position").values_list("is_right", flat=True))


def test_answers_are_marked_when_the_attempt_is_handed_in(learner_with_access, course):
    attempt = start(learner_with_access, course)
    answer_all(attempt, right=3)
    assert get_marks(attempt) == [None] * 4
    attempts.submit_attempt(attempt=attempt)
    assert get_marks(attempt) == [True, True, True, False]


def test_what_a_pre_test_leaves_open_is_not_right(learner_with_access, course):
    Course.objects.filter(pk=course.pk).update(pre_test_questions=2)
    course.refresh_from_db()
    attempt = attempts.start_pre_test(user=learner_with_access, course=course)
    attempts.submit_attempt(attempt=attempt)
    assert get_marks(attempt) == [False, False]


def test_refused_attempt_stays_unmarked(learner_with_access, course):
    attempt = start(learner_with_access, course)
    attempts.save_answer(attempt=attempt, position=1, answer=0)
    with pytest.raises(Unanswered):
        attempts.submit_attempt(attempt=attempt)
    assert get_marks(attempt) == [None] * 4


def test_one_aggregate_counts_right_answers_by_question(
    learner_with_access, other_learner, course, django_assert_num_queries
):
    asked = {question.key: [0, 0] for question in course.questions.all()}
    for attempt in (hand_in(learner_with_access, course, right=3), hand_in(other_learner, course, right=1)):
        for row in attempt.questions.select_related("question"):
            asked[row.question.key][0] += 1
            asked[row.question.key][1] += row.position <= attempt.score * 4 // 100
    with django_assert_num_queries(1):
        counted = list(
            AttemptQuestion.objects.filter(is_right__isnull=False)
            .order_by("question__key")
            .values_list("question__key")
            .annotate(asked=Count("pk"), right=Count("pk", filter=Q(is_right=True)))
        )
    assert counted == [(key, *counts) for key, counts in sorted(asked.items())]
    assert sum(right for _key, _count, right in counted) == 4


def test_database_marks_nothing_right_that_was_left_open(learner_with_access, course):
    attempt = start(learner_with_access, course)
    with pytest.raises(IntegrityError, match="what_was_left_open_is_not_right"), transaction.atomic():
        attempt.questions.update(is_right=True)
    assert get_marks(attempt) == [None] * 4
