"""From which questions a test is drawn, and what is asked in words in place of a picture."""

from collections.abc import Iterable

from courses.assessment.models.questions import Question, QuestionUse
from courses.writing.models import Course
from courses.writing.pools import IN_TEST, IN_WORDS


def get_pool(course: Course, *, is_in_words: bool) -> list[Question]:
    """What is published. Three queries."""
    pool = Question.objects.filter(IN_WORDS if is_in_words else IN_TEST, course=course, live=True)
    return list(pool.select_related("objective", "image").prefetch_related("choices", "regions"))


def get_in_words(questions: Iterable[int]) -> dict[int, Question]:
    """The published counterparts in words, by the keys of the questions that they replace. Three queries."""
    found = Question.objects.filter(stands_for__in=questions, live=True, use=QuestionUse.WORDS)
    with_parts = found.select_related("objective", "image").prefetch_related("choices", "regions")
    return {int(question.stands_for_id or 0): question for question in with_parts}


def get_asked(question: Question, *, is_in_words: bool) -> Question:
    """Itself, or its counterpart in words for who cannot read images. One query where it has a picture."""
    if not is_in_words or question.image_id is None:
        return question
    return get_in_words([question.pk]).get(question.pk, question)
