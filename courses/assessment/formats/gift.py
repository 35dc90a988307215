"""GIFT. https://docs.moodle.org/en/GIFT_format, read 2026-11-29. Questions are separated by empty lines.

A backslash before one of ~ = # { } : makes it a plain letter; while a question is read, such letters stand in a plane
of Unicode that no text uses.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from courses.assessment.errors import FileRefused, NotUnderstood
from courses.assessment.formats import words
from courses.assessment.formats.neutral import (
    WHOLE,
    Body,
    Choices,
    Given,
    Number,
    Report,
    Weighed,
    check_length,
    check_number,
    join_rationales,
    read_decimal,
    read_share,
    share_evenly,
    to_choices,
)

ESCAPED = re.compile(r"\\([\\~=#{}:])")
NEW_LINE = re.compile(r"\\n")
HIDDEN = re.compile("[\U000f0000-\U000f007f]")
PLANE = 0xF0000
FORM = re.compile(r"\s*\[(html|plain|moodle|markdown)\]", re.IGNORECASE)
WEIGHT = re.compile(r"\s*%([^%]{1,20})%")
ITEM = re.compile(r"[=~][^=~]*")
TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#([^#]*))?(?:#([^#]*))?", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
CATEGORY = "$CATEGORY:"
BEGINNING = 400
"""Letters, with markup, of what a question without a name is known by in the report."""


class Block(NamedTuple):
    line: int
    text: str


def read(text: str) -> Report:
    """Raises FileRefused for what is no text of questions."""
    if HIDDEN.search(text) or CONTROL.search(text):
        raise FileRefused(_("The file holds characters that no text has."))
    report = Report()
    for block in _split(text, report):
        _read_block(block, report)
    if not report.questions and not any("{" in line for line in text.splitlines()):
        raise FileRefused(_("The file is neither Moodle XML nor GIFT: it has no answers in braces."))
    return report


def _split(text: str, report: Report) -> Iterator[Block]:
    lines: list[str] = []
    begins = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        plain = line.strip("\ufeff \t")
        if plain.startswith("//"):
            continue
        if plain.upper().startswith(CATEGORY):
            told = _("The category “%(path)s” has no counterpart: choose course and use.")
            report.tell(number, told % {"path": plain.partition(":")[2].strip()[:200]})
        elif plain:
            begins = begins if lines else number
            lines.append(plain)
        elif lines:
            yield Block(begins, "\n".join(lines))
            lines = []


def _read_block(block: Block, report: Report) -> None:
    name, text = _take_name(NEW_LINE.sub("\n", ESCAPED.sub(_hide, block.text)))
    try:
        given, told = _read_question(name, text, block.line)
    except NotUnderstood as error:
        report.refuse(block.line, str(error), name or words.to_words(_show(text[:BEGINNING]))[:80])
        return
    report.questions.append(given)
    for sentence in told:
        report.tell(block.line, sentence, name)


def _hide(found: re.Match[str]) -> str:
    return chr(PLANE + ord(found[1]))


def _show(text: str) -> str:
    return HIDDEN.sub(lambda found: chr(ord(found[0]) - PLANE), text)


def _take_name(text: str) -> tuple[str, str]:
    text = text.strip()
    if not text.startswith("::"):
        return "", text
    name, closing, rest = text[2:].partition("::")
    return (" ".join(_show(name).split())[:200], rest) if closing else ("", text)


def _read_question(name: str, text: str, line: int) -> tuple[Given, list[str]]:
    """With sentences on what it comes without."""
    before, opening, rest = text.partition("{")
    inside, closing, after = rest.partition("}")
    if not opening or not closing:
        raise NotUnderstood(_("It has no answers in braces, or a brace is missing."))
    if "{" in inside or "{" in after or "}" in after:
        raise NotUnderstood(_("It has more than one pair of braces. A brace of the text is written \\{ or \\}."))
    stem, form = _take_form(f"{before.rstrip()} _____ {after.strip()}" if after.strip() else before, words.AS_MOODLE)
    asked = words.read_marked(stem, form)
    if not asked:
        raise NotUnderstood(_("It asks nothing: its text is empty."))
    answers, _marks, general = inside.partition("####")
    body, rationale, told = _read_answers(answers.strip(), form)
    rationale = join_rationales(words.read_plain(*_take_form(general, form)), rationale)
    check_length([asked, rationale])
    return Given(name, asked, body, rationale, line), told


def _take_form(text: str, default: str) -> tuple[str, str]:
    """The text as it was meant, and its format, which may stand before it in brackets."""
    found = FORM.match(text)
    if not found:
        return _show(text.strip()), default
    return _show(text[found.end() :].strip()), found[1].lower()


def _read_answers(text: str, form: str) -> tuple[Body, str, list[str]]:
    """With the rationale that stands among them."""
    if not text:
        raise NotUnderstood(_("It asks for an essay: there is no such kind of question here."))
    if text.startswith("#"):
        return _read_number(text[1:].strip(), form)
    if truth := TRUTH.fullmatch(text):
        return _read_truth(truth, form), "", []
    items = ITEM.findall(text)
    if "".join(items) != text:
        raise NotUnderstood(_("Its answers do not begin with = or ~."))
    marks = {item[0] for item in items}
    if marks == {"="} and any("->" in item for item in items):
        raise NotUnderstood(_("It asks to match pairs: there is no such kind of question here."))
    if marks == {"="}:
        raise NotUnderstood(_("It asks to write words: there is no such kind of question here."))
    check_number(items)
    answers = [_read_item(item, form) for item in items]
    takes_many = "=" not in marks
    taken_off = not takes_many and any(answer.share < 0 for answer in answers)
    return (
        to_choices(answers, takes_many=takes_many),
        "",
        [_("Left out: that a wrong answer takes points off.")] if taken_off else [],
    )


def _read_item(item: str, form: str) -> Weighed:
    mark, rest = item[0], item[1:]
    share = read_share("100" if mark == "=" else "0")
    if weight := WEIGHT.match(rest):
        share, rest = read_share(weight[1]), rest[weight.end() :]
    text, _mark, rationale = rest.partition("#")
    if "#" in rationale:
        raise NotUnderstood(_("An answer has two rationales. A # of the text is written \\#."))
    return Weighed(share, words.read_line(*_take_form(text, form)), words.read_plain(*_take_form(rationale, form)))


def _read_truth(found: re.Match[str], form: str) -> Choices:
    """The first rationale is told of the wrong answer, the second of the right one."""
    is_true = found[1].upper().startswith("T")
    of_wrong, of_right = (words.read_plain(*_take_form(part or "", form)) for part in (found[2], found[3]))
    shares = {_("True"): is_true, _("False"): not is_true}
    return to_choices(
        [
            Weighed(read_share("100" if is_right else "0"), text, of_right if is_right else of_wrong)
            for text, is_right in shares.items()
        ],
        takes_many=False,
    )


def _read_number(text: str, form: str) -> tuple[Body, str, list[str]]:
    items = ITEM.findall(text)
    if not items:
        return *_read_value(text, form), []
    if "".join(items) != text:
        raise NotUnderstood(_("Its answers do not begin with = or ~."))
    told = []
    if len(items) > 1 and items[-1][0] == "~":
        # What is said of any other number.
        told = [_("Left out: what is told of any other number.")]
        items = items[:-1]
    weight = WEIGHT.match(items[0][1:])
    if len(items) != 1 or (weight and read_share(weight[1]) != WHOLE):
        raise NotUnderstood(_("A number has one right value here, which is worth all points."))
    return *_read_value(items[0][1 + (weight.end() if weight else 0) :], form), told


def _read_value(text: str, form: str) -> tuple[Number, str]:
    value, _mark, rationale = text.partition("#")
    low, span, high = value.partition("..")
    if span:
        lowest, highest = read_decimal(low), read_decimal(high)
        if lowest > highest:
            raise NotUnderstood(_("Its range ends before it begins."))
        number = Number((lowest + highest) / 2, (highest - lowest) / 2)
    else:
        middle, _colon, tolerance = value.partition(":")
        number = Number(read_decimal(middle), abs(read_decimal(tolerance or "0")))
    return number, words.read_plain(*_take_form(rationale, form))


# --- Writing ------------------------------------------------------------------------------------------


def find_lost(given: Given) -> str:
    if isinstance(given.body, Number) and given.body.unit:
        return _("GIFT has no unit behind a number, and without it the question would be another one.")
    return ""


def write(questions: Sequence[Given]) -> bytes:
    return "\n\n".join([*(_write_question(given) for given in questions), ""]).encode()


def _write_question(given: Given) -> str:
    name = f"::{_safe(given.name)}::" if given.name else ""
    general = f"####[plain]{_safe(given.rationale)}\n" if given.rationale else ""
    answers = _write_choices(given.body) if isinstance(given.body, Choices) else _write_number(given.body)
    return f"{name}[html]{_safe(given.stem)} {{{answers}\n{general}}}"


def _write_choices(body: Choices) -> str:
    lines = []
    for choice, share in zip(body.choices, share_evenly(body), strict=True):
        mark = f"~%{share}%" if body.takes_many else "=" if choice.is_right else "~"
        rationale = f"#[plain]{_safe(choice.rationale)}" if choice.rationale else ""
        lines.append(f"\n{mark}[plain]{_safe(choice.text)}{rationale}")
    return "".join(lines)


def _write_number(body: Number) -> str:
    return f"#{body.value:f}:{body.tolerance:f}"


def _safe(text: str) -> str:
    plain = words.UNPRINTABLE.sub("", text)
    return re.sub(r"([\\~=#{}:])", r"\\\1", plain).replace("\r\n", "\n").replace("\n", "\\n")
