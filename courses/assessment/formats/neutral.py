"""A question between a file and the academy: what both formats can say, and what both are read with."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from courses.assessment.errors import NotUnderstood

MOST_LINES = 5000
"""Of a report; a file with more is not looked at further."""
MOST_CHOICES = 50
MOST_LETTERS = 20_000
"""Of a stem or a rationale."""


@dataclass(frozen=True)
class GivenChoice:
    text: str
    is_right: bool
    rationale: str = ""


@dataclass(frozen=True)
class Choices:
    choices: tuple[GivenChoice, ...]
    takes_many: bool


@dataclass(frozen=True)
class Number:
    value: Decimal
    tolerance: Decimal
    unit: str = ""


Body = Choices | Number


@dataclass(frozen=True)
class Given:
    name: str
    stem: str
    """Paragraphs in HTML, of no more than words.py lets through."""
    body: Body
    rationale: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Line:
    """What was not understood. Refused: the question does not come. Otherwise it comes without this."""

    number: int
    told: str
    name: str = ""
    is_refused: bool = False


@dataclass
class Report:
    questions: list[Given] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def tell(self, number: int, told: str, name: str = "") -> None:
        self.add(Line(number, told, name))

    def refuse(self, number: int, told: str, name: str = "") -> None:
        self.add(Line(number, told, name, is_refused=True))

    def add(self, line: Line) -> None:
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)


# --- What both formats say in numbers -----------------------------------------------------------------

SHARE = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,12})?", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:[.,]\d{0,12})?|[.,]\d{1,12})(?:[eE][+-]?\d{1,2})?", re.ASCII)
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
"""A comma before three digits: some write thousands like this, others a thousandth."""
WHOLE = Decimal(100)
NEARLY = Decimal("0.5")
"""Of the hundred that shares make together: systems round them."""


@dataclass(frozen=True)
class Weighed:
    """An answer with its part of the points, in percent."""

    share: Decimal
    text: str
    rationale: str = ""


def read_share(text: str) -> Decimal:
    plain = text.strip()
    if not SHARE.fullmatch(plain):
        raise NotUnderstood(_("“%(text)s” is no part of the points in percent.") % {"text": plain[:40]})
    return Decimal(plain.replace(",", "."))


def read_decimal(text: str) -> Decimal:
    plain = text.strip()
    if GROUPED.fullmatch(plain):
        told = _("“%(text)s” can be read as two numbers: write thousands without a comma, and decimals with a point.")
        raise NotUnderstood(told % {"text": plain[:40]})
    if not NUMBER.fullmatch(plain):
        raise NotUnderstood(_("“%(text)s” is no number.") % {"text": plain[:40]})
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation as error:  # pragma: no cover - what NUMBER lets through is one
        raise NotUnderstood(_("“%(text)s” is no number.") % {"text": plain[:40]}) from error


def to_choices(answers: Sequence[Weighed], *, takes_many: bool) -> Choices:
    """Here an answer is right or not: parts of the points for one of them have no counterpart."""
    check_number(answers)
    right = [answer.share for answer in answers if answer.share > 0]
    if not right:
        raise NotUnderstood(_("No choice is right."))
    if takes_many:
        _check_that_all_count_alike(right)
    elif right != [WHOLE]:
        raise NotUnderstood(_("One choice is asked for, and not exactly one is worth all points."))
    choices = (GivenChoice(answer.text, answer.share > 0, answer.rationale) for answer in answers)
    return Choices(tuple(choices), takes_many)


def check_number(answers: Sequence[object]) -> None:
    if len(answers) > MOST_CHOICES:
        raise NotUnderstood(_("It has more than %(most)d choices.") % {"most": MOST_CHOICES})


def _check_that_all_count_alike(right: Sequence[Decimal]) -> None:
    if max(right) - min(right) > NEARLY:
        raise NotUnderstood(_("Its right choices count differently. Here all of them are needed, and count alike."))
    if abs(sum(right) - WHOLE) > NEARLY:
        raise NotUnderstood(_("Its right choices do not make 100 % together. Here all of them are needed."))


def share_evenly(choices: Choices) -> list[str]:
    """The part of the points of each choice, as both formats write it. Whoever ticks a wrong one has none."""
    if not choices.takes_many:
        return ["100" if choice.is_right else "0" for choice in choices.choices]
    right = sum(choice.is_right for choice in choices.choices)
    part = f"{WHOLE / max(right, 1):.5f}".rstrip("0").rstrip(".")
    return [part if choice.is_right else "-100" for choice in choices.choices]


def join_rationales(*parts: str) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))


def check_length(texts: Iterable[str]) -> None:
    if any(len(text) > MOST_LETTERS for text in texts):
        raise NotUnderstood(_("A text of it is longer than %(most)d letters.") % {"most": MOST_LETTERS})
