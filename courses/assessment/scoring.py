"""Whether an answer is one, and whether it is right. Pure: content as it was frozen, answer as it is kept."""

from typing import Any

from courses.assessment.formats.words import to_markup
from courses.assessment.kinds import get_kind_of
from courses.assessment.kinds.base import Content


def check_answer(content: Content, answer: object) -> None:
    """Raises NoSuchChoice for what this question does not offer."""
    kind = get_kind_of(content)
    if not kind.is_answer(content, answer):
        raise kind.refusal


def is_right(content: Content, answer: object) -> bool:
    """No answer is not right. What was right by the key before it was mended stays so."""
    kind = get_kind_of(content)
    return kind.is_answer(content, answer) and (was_right_before(content) or kind.is_right(content, answer))


def is_right_by_key(content: Content, answer: object) -> bool:
    """By the key as it is now alone: for what is told of the question, not of the learner."""
    kind = get_kind_of(content)
    return kind.is_answer(content, answer) and kind.is_right(content, answer)


MENDED = "mended"
"""In what was asked, once its key was mended after it was handed in: whether the answer was right by the key before."""


def was_right_before(content: Content) -> bool:
    return content.get(MENDED) is True


def mend(content: Content, newer: Content) -> Content | None:
    """What was asked, with the key of a newer version of the question; None where that asks something else."""
    kind = get_kind_of(content)
    if kind is not get_kind_of(newer) or _get_asked(content) != _get_asked(newer):
        return None
    mended = kind.mend(content, newer)
    if mended is None:
        return None
    return {**mended, "rationale": newer["rationale"], "references": newer["references"]}


def _get_asked(content: Content) -> tuple[str, int | None]:
    """The stem with its markup, for 10² is not 10₂, and the picture, of which another one has another answer."""
    return to_markup(content["stem"]), (content.get("image") or {}).get("id")


def has_other_key(content: Content, mended: Content) -> bool:
    kind = get_kind_of(content)
    return bool(kind.get_key(content) != kind.get_key(mended))


def get_right_answer(content: Content) -> Any:
    """An answer that is right. For tests and for those who may know it."""
    return get_kind_of(content).get_right_answer(content)
