"""What a learner may be told of a post-test's questions: which choice is right, why, and whether an answer was.

Before the test is passed, none of it is told of any question alone, unless its course explains after each attempt.
What is told of several together, `courses/assessment/results.py` decides (decision 23).
"""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from courses.assessment.models.questions import QuestionUse
from courses.learning.models import Completion
from courses.writing.models import Course, Explain


def is_explained(user: User, course: Course) -> bool:
    """Whether this learner is told the answers of the course's post-test. One query, or none."""
    return course.explain == Explain.ALWAYS or Completion.objects.filter(user=user, course=course).exists()


def told_to(user: User, *, course: str) -> Q:
    """Rows whose course tells this learner; `course` is the way to it, such as "attempt__course"."""
    passed = Completion.objects.filter(user=user, course=OuterRef(course))
    return Q(**{f"{course}__explain": Explain.ALWAYS}) | Q(Exists(passed))


def question_told_to(user: User) -> Q:
    """Rows with a `question` whose answer may be told: a check's always is, and that of one in words for a check."""
    is_check = Q(question__use=QuestionUse.CHECK) | Q(question__stands_for__use=QuestionUse.CHECK)
    return is_check | told_to(user, course="question__course")


QUESTION_IS_TOLD = """EXISTS (
    SELECT 1 FROM courses_completion completion WHERE completion.user_id = %s AND completion.course_id = course.id
) OR question.use = 'check' OR course."explain" = 'always' OR EXISTS (
    SELECT 1 FROM courses_question stood WHERE stood.id = question.stands_for_id AND stood.use = 'check'
)"""
"""The same by hand, where the statement has `question` and its `course`."""
