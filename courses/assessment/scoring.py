"""Whether an answer is one, and whether it is right. Pure: content as it was frozen, answer as it is kept."""

from typing import Any

from courses.assessment.kinds import get_kind_of
from courses.assessment.kinds.base import Content


def check_answer(content: Content, answer: object) -> None:
    """Raises NoSuchChoice for what this question does not offer."""
    kind = get_kind_of(content)
    if not kind.is_answer(content, answer):
        raise kind.refusal


def is_right(content: Content, answer: object) -> bool:
    """No answer is not right."""
    kind = get_kind_of(content)
    return kind.is_answer(content, answer) and kind.is_right(content, answer)


def get_right_answer(content: Content) -> Any:
    """An answer that is right. For tests and for those who may know it."""
    return get_kind_of(content).get_right_answer(content)
