"""Whether an answer is one, and whether it is right. Pure: content as it was frozen, answer as it is kept.

What an answer is: single an index; multiple a sorted list of indices; numeric a decimal number as text;
place [x, y] in percent of the picture.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from courses.assessment.errors import NoSuchChoice, NotANumber

Content = dict[str, Any]

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})", re.ASCII)


def get_kind(content: Content) -> str:
    """What was frozen before there were kinds has one right choice."""
    return str(content.get("kind", "single"))


def read_number(text: str) -> str:
    """A number as people write it, with point or comma, as it is kept. Raises NotANumber."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise NotANumber
    return str(Decimal(plain))


def check_answer(content: Content, answer: object) -> None:
    """Raises NoSuchChoice for what this question does not offer."""
    if not _IS_ANSWER[get_kind(content)](content, answer):
        raise NotANumber if get_kind(content) == "numeric" else NoSuchChoice


def is_right(content: Content, answer: object) -> bool:
    """No answer is not right."""
    kind = get_kind(content)
    return _IS_ANSWER[kind](content, answer) and _IS_RIGHT[kind](content, answer)


def get_right_answer(content: Content) -> Any:
    """An answer that is right. For tests and for those who may know it."""
    kind = get_kind(content)
    right = [index for index, choice in enumerate(content.get("choices", [])) if choice["is_correct"]]
    if kind == "numeric":
        return content["value"]
    if kind == "place":
        return [content["regions"][0]["x"], content["regions"][0]["y"]]
    return right if kind == "multiple" else right[0]


def _is_index(content: Content, answer: object) -> bool:
    return type(answer) is int and 0 <= answer < len(content["choices"])


def _is_set(content: Content, answer: object) -> bool:
    if not isinstance(answer, list) or not answer:
        return False
    return all(_is_index(content, index) for index in answer) and answer == sorted(set(answer))


def _is_number(content: Content, answer: object) -> bool:
    return isinstance(answer, str) and _NUMBER.fullmatch(answer) is not None


def _is_mark(content: Content, answer: object) -> bool:
    # Comparing refuses what is not a number, too.
    return (
        isinstance(answer, list)
        and len(answer) == 2
        and all(type(part) in (int, float) and 0 <= part <= 100 for part in answer)
    )


def _is_right_choice(content: Content, answer: Any) -> bool:
    return content["choices"][answer]["is_correct"] is True


def _is_right_set(content: Content, answer: Any) -> bool:
    return bool(answer == get_right_answer(content))


def _is_near(content: Content, answer: Any) -> bool:
    return abs(Decimal(answer) - Decimal(content["value"])) <= Decimal(content["tolerance"])


def _is_within(content: Content, answer: Any) -> bool:
    x, y = answer
    return any(
        ((x - region["x"]) / region["rx"]) ** 2 + ((y - region["y"]) / region["ry"]) ** 2 <= 1
        for region in content["regions"]
    )


_IS_ANSWER: dict[str, Callable[[Content, object], bool]] = {
    "single": _is_index,
    "multiple": _is_set,
    "numeric": _is_number,
    "place": _is_mark,
}
_IS_RIGHT: dict[str, Callable[[Content, Any], bool]] = {
    "single": _is_right_choice,
    "multiple": _is_right_set,
    "numeric": _is_near,
    "place": _is_within,
}
