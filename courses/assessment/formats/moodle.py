"""Moodle XML. https://docs.moodle.org/en/Moodle_XML_format, read 2026-11-29.

Every value is text: `<questiontext format="html"><text>…</text></questiontext>`. No document type and no entity is
taken, no file that a question brings is ever written, and depth and number of elements have a limit.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.assessment.errors import FileRefused, NotUnderstood
from courses.assessment.formats import words
from courses.assessment.formats.neutral import (
    Body,
    Choices,
    Given,
    Number,
    Report,
    Weighed,
    check_length,
    join_rationales,
    read_decimal,
    read_share,
    share_evenly,
    to_choices,
)

DEEPEST = 40
MOST_ELEMENTS = 200_000
LINE = "line-of-file"
FORMS = {
    "html": words.AS_HTML,
    "moodle_auto_format": words.AS_MOODLE,
    "plain_text": words.AS_PLAIN,
    "markdown": words.AS_MARKDOWN,
}
# How Moodle shows and counts a question: no part of what it asks.
SETTINGS = {
    *("defaultgrade", "penalty", "hidden", "shuffleanswers", "answernumbering", "shownumcorrect"),
    *("showstandardinstruction", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"),
}
READ = re.compile("name|questiontext|generalfeedback|answer|units|single")


class _Counting(TreeBuilder):
    """Notes on which line a question stands, and ends what would fill the memory."""

    parser: Any = None
    depth = 0
    count = 0

    def start(self, tag: Any, attrs: dict[Any, Any]) -> Element:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise FileRefused(_("The file has more parts, or parts in parts, than questions need."))
        if tag in ("question", "answer"):
            attrs = {**attrs, LINE: str(self.parser.parser.CurrentLineNumber)}
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def read(data: bytes) -> Report:
    """Raises FileRefused for what is no XML, or of another system."""
    root = _parse(data)
    if root.tag != "quiz":
        raise FileRefused(
            _("The file is XML, and not of Moodle: it begins with “%(tag)s” where Moodle writes “quiz”.")
            % {"tag": str(root.tag)[:40]}
        )
    report = Report()
    for element in root:
        _read_element(element, report)
    return report


def _parse(data: bytes) -> Element:
    builder = _Counting()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException as error:
        raise FileRefused(
            _("The file declares a document type or entities, which no file of questions needs.")
        ) from error
    except ParseError as error:
        line, column = error.position
        raise FileRefused(
            _("The file is broken: line %(line)d, column %(column)d is no XML.") % {"line": line, "column": column + 1}
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that is none
        raise FileRefused(_("The file is in an encoding that is not read here. Save it as UTF-8.")) from error
    if not isinstance(root, Element):
        raise FileRefused(_("The file is empty."))
    return root


def _read_element(element: Element, report: Report) -> None:
    line = int(element.get(LINE, "1"))
    if element.tag != "question":
        report.tell(line, _("“%(tag)s” is no question.") % {"tag": str(element.tag)[:40]})
        return
    sort = element.get("type", "")
    if sort == "category":
        path = (element.findtext("category/text") or "").strip()
        report.tell(
            line, _("The category “%(path)s” has no counterpart: choose course and use.") % {"path": path[:200]}
        )
        return
    name = words.tidy(element.findtext("name/text") or "").replace("\n", " ")[:200]
    try:
        given = _read_question(element, sort, name, line)
    except NotUnderstood as error:
        report.refuse(line, str(error), name)
        return
    report.questions.append(given)
    for told in _find_left_out(element, given):
        report.tell(line, told, name)


def _read_question(element: Element, sort: str, name: str, line: int) -> Given:
    read_body = BODIES.get(sort)
    if read_body is None:
        raise NotUnderstood(_("There is no kind of question here for Moodle's “%(sort)s”.") % {"sort": sort[:40]})
    brought = next(element.iter("file"), None)
    if brought is not None:
        told = _("It brings a file (“%(file)s”). Add the picture in the studio, and import the words alone.")
        raise NotUnderstood(told % {"file": brought.get("name", "")[-80:]})
    body, rationale = read_body(element)
    stem = words.read_marked(*_text_of(element.find("questiontext")))
    if not stem:
        raise NotUnderstood(_("It asks nothing: its text is empty."))
    rationale = join_rationales(words.read_plain(*_text_of(element.find("generalfeedback"))), rationale)
    check_length([stem, rationale])
    return Given(name, stem, body, rationale, line)


def _text_of(element: Element | None) -> tuple[str, str]:
    """With its format. Where none is told, Moodle takes HTML."""
    if element is None:
        return "", words.AS_PLAIN
    form = element.get("format", "html")
    if form not in FORMS:
        raise NotUnderstood(_("A text of it is in the unknown format “%(form)s”.") % {"form": form[:40]})
    return element.findtext("text") or "", FORMS[form]


def _read_choices(element: Element) -> tuple[Body, str]:
    takes_many = (element.findtext("./single") or "true").strip().lower() in ("false", "0")
    answers = []
    for answer in element.iterfind("answer"):
        text, form = _text_of(answer)
        rationale = words.read_plain(*_text_of(answer.find("feedback")))
        answers.append(Weighed(read_share(answer.get("fraction", "0")), words.read_line(text, form), rationale))
    return to_choices(answers, takes_many=takes_many), ""


TRUTHS = {"true": gettext_lazy("True"), "false": gettext_lazy("False")}


def _read_truth(element: Element) -> tuple[Body, str]:
    """A choice of two."""
    answers = []
    for answer in element.iterfind("answer"):
        text = (answer.findtext("text") or "").strip().lower()
        if text not in TRUTHS:
            raise NotUnderstood(_("“%(text)s” is neither true nor false.") % {"text": text[:40]})
        rationale = words.read_plain(*_text_of(answer.find("feedback")))
        answers.append(Weighed(read_share(answer.get("fraction", "0")), str(TRUTHS[text]), rationale))
    return to_choices(answers, takes_many=False), ""


def _read_number(element: Element) -> tuple[Body, str]:
    answers = [answer for answer in element.iterfind("answer") if not _catches_the_rest(answer)]
    if len(answers) != 1 or read_share(answers[0].get("fraction", "100")) != 100:
        raise NotUnderstood(_("A number has one right value here, which is worth all points."))
    [answer] = answers
    value = read_decimal(answer.findtext("text") or "")
    tolerance = read_decimal(answer.findtext("tolerance") or "0")
    return Number(value, abs(tolerance), _read_unit(element)), words.read_plain(*_text_of(answer.find("feedback")))


def _catches_the_rest(answer: Element) -> bool:
    return (answer.findtext("text") or "").strip() == "*" and read_share(answer.get("fraction", "0")) <= 0


def _read_unit(element: Element) -> str:
    units = element.findall("units/unit")
    if not units:
        return ""
    if len(units) > 1 or read_decimal(units[0].findtext("multiplier") or "1") != 1:
        raise NotUnderstood(_("It takes several units. Here a number has one, which is shown behind the field."))
    return words.tidy(units[0].findtext("unit_name") or "")


BODIES = {
    "multichoice": _read_choices,
    "truefalse": _read_truth,
    "numerical": _read_number,
}


def _find_left_out(element: Element, given: Given) -> Iterator[str]:
    """What a question comes without, in a sentence each."""
    others = (part for part in element if part.tag not in SETTINGS and not READ.fullmatch(str(part.tag)))
    names = dict.fromkeys(str(part.tag)[:40] for part in others if _says(part))
    if names:
        yield _("Left out: %(names)s.") % {"names": ", ".join(names)}
    taken_off = any(answer.get("fraction", "0").strip().startswith("-") for answer in element.iterfind("answer"))
    if taken_off and not (isinstance(given.body, Choices) and given.body.takes_many):
        yield _("Left out: that a wrong answer takes points off.")
    rest = (answer for answer in element.iterfind("answer") if isinstance(given.body, Number))
    if any(_catches_the_rest(answer) for answer in rest):
        yield _("Left out: what is told of any other number.")


def _says(part: Element) -> bool:
    return any((text or "").strip() for text in part.itertext())


# --- Writing ------------------------------------------------------------------------------------------

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
QUESTION = """<question type="{sort}">
<name><text>{name}</text></name>
<questiontext format="html"><text>{stem}</text></questiontext>
<generalfeedback format="plain_text"><text>{rationale}</text></generalfeedback>
<defaultgrade>1</defaultgrade>
<penalty>0</penalty>
<hidden>0</hidden>
{body}
</question>
"""
ANSWER = """<answer fraction="{share}" format="plain_text"><text>{text}</text>{more}
<feedback format="plain_text"><text>{rationale}</text></feedback></answer>"""


def find_lost(given: Given) -> str:
    """Nothing: whatever is neutral, this format can say."""
    return ""


def write(questions: Sequence[Given]) -> bytes:
    return "".join([HEAD, *(_write_question(given) for given in questions), "</quiz>\n"]).encode()


def _write_question(given: Given) -> str:
    sort, body = _write_choices(given.body) if isinstance(given.body, Choices) else _write_number(given.body)
    return QUESTION.format(
        sort=sort, name=_safe(given.name), stem=_safe(given.stem), rationale=_safe(given.rationale), body=body
    )


def _write_choices(body: Choices) -> tuple[str, str]:
    answers = (
        ANSWER.format(share=share, text=_safe(choice.text), more="", rationale=_safe(choice.rationale))
        for choice, share in zip(body.choices, share_evenly(body), strict=True)
    )
    takes_one = "false" if body.takes_many else "true"
    settings = f"<single>{takes_one}</single>\n<shuffleanswers>true</shuffleanswers>"
    return "multichoice", "\n".join([settings, "<answernumbering>abc</answernumbering>", *answers])


def _write_number(body: Number) -> tuple[str, str]:
    tolerance = f"<tolerance>{body.tolerance:f}</tolerance>"
    parts = [ANSWER.format(share="100", text=f"{body.value:f}", more=tolerance, rationale="")]
    if body.unit:
        unit = f"<multiplier>1</multiplier><unit_name>{_safe(body.unit)}</unit_name>"
        parts.append(f"<units><unit>{unit}</unit></units>\n<unitgradingtype>0</unitgradingtype>")
    return "numerical", "\n".join(parts)


def _safe(text: str) -> str:
    return escape(re.sub(r"\r\n?", "\n", words.UNPRINTABLE.sub("", text)))
