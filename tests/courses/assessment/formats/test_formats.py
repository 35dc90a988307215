"""Moodle XML and GIFT: what is understood, what is told, and that both say what they can say."""

import gzip
import io
import zipfile
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.assessment.errors import FileRefused
from courses.assessment.formats import FORMATS, LARGEST_FILE, MOST_QUESTIONS, read_file
from courses.assessment.formats.neutral import Choices, Given, GivenChoice, Number, Report
from courses.assessment.formats.words import AS_PLAIN, read_marked, tidy

QUIZ = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{}\n</quiz>'
ONE = """<question type="multichoice"><name><text>edge</text></name>
<questiontext format="html"><text><![CDATA[<p>Which <b>edge</b>?</p>]]></text></questiontext>
<generalfeedback format="html"><text>&lt;p&gt;It is white.&lt;/p&gt;</text></generalfeedback>
<defaultgrade>1.0</defaultgrade><penalty>0.33</penalty><hidden>0</hidden>{more}
<single>{single}</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
<answer fraction="{first}" format="html"><text>Pleura</text>
<feedback format="html"><text>Right.</text></feedback></answer>
<answer fraction="{second}" format="html"><text>Skin</text><feedback format="html"><text></text></feedback></answer>
</question>"""
NUMERICAL = """<question type="numerical"><name><text>width</text></name>
<questiontext format="plain_text"><text>How wide?</text></questiontext>
<answer fraction="100"><text>{value}</text><tolerance>{tolerance}</tolerance>
<feedback><text>Measured.</text></feedback></answer>
{more}</question>"""


def one(*, single="true", first="100", second="0", more=""):
    return ONE.format(single=single, first=first, second=second, more=more)


def read(text: str) -> Report:
    return read_file(text.encode())[1]


def read_moodle(*questions: str) -> Report:
    return read(QUIZ.format("\n".join(questions)))


def choices_of(question: Given) -> tuple[GivenChoice, ...]:
    assert isinstance(question.body, Choices)
    return question.body.choices


def told(report: Report) -> list[tuple[int, str, bool]]:
    return [(line.number, line.told, line.is_refused) for line in report.lines]


PLEURA = (GivenChoice("Pleura", True, "Right."), GivenChoice("Skin", False))
EDGE = Given("edge", "<p>Which <b>edge</b>?</p>", Choices(PLEURA, takes_many=False), "It is white.")


# --- Moodle -------------------------------------------------------------------------------------------


def test_moodle_choice_is_read_whole():
    report = read_moodle(one())
    assert (report.questions, report.lines, report.questions[0].line) == ([EDGE], [], 3)


def test_moodle_several_right_choices():
    both = read_moodle(one(single="false", first="50", second="50"))
    assert [choice.is_right for choice in choices_of(both.questions[0])] == [True, True]
    alone = read_moodle(one(single="false", first="100", second="-100"))
    assert (alone.questions[0].body, alone.lines) == (Choices(PLEURA, takes_many=True), [])


def test_moodle_true_or_false_is_a_choice_of_two():
    report = read_moodle(
        '<question type="truefalse"><name><text>t</text></name><questiontext><text>Is it?</text></questiontext>'
        '<answer fraction="0"><text>true</text><feedback><text>No.</text></feedback></answer>'
        '<answer fraction="100"><text>false</text></answer></question>'
    )
    choices = (GivenChoice("True", False, "No."), GivenChoice("False", True))
    assert report.questions == [Given("t", "<p>Is it?</p>", Choices(choices, takes_many=False))]


def test_moodle_number_with_its_unit():
    unit = "<units><unit><multiplier>1</multiplier><unit_name>mm</unit_name></unit></units>"
    report = read_moodle(NUMERICAL.format(value="0.6", tolerance="0.05", more=unit))
    number = Number(Decimal("0.6"), Decimal("0.05"), "mm")
    assert report.questions == [Given("width", "<p>How wide?</p>", number, "Measured.")]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ('<question type="essay"/>', "no kind of question here for Moodle's “essay”"),
        ('<question type="ddmarker"/>', "“ddmarker”"),
        (one(first="50", second="50"), "not exactly one is worth all points"),
        (one(first="0"), "No choice is right"),
        (one(single="false", first="70", second="30"), "count differently"),
        (one(single="false", first="40", second="0"), "do not make 100 %"),
        (one(first="all"), "no part of the points"),
        (one(more='<questiontext/><file name="../../etc/passwd" path="/" encoding="base64">eA==</file>'), "etc/passwd"),
        (one().replace("<b>edge</b>", "<script>x</script>"), "script"),
        (one().replace("Pleura", "&lt;img src=x onerror=y&gt;"), "script"),
        (one().replace('questiontext format="html"', 'questiontext format="markdown"'), "Markdown"),
        (one().replace('questiontext format="html"', 'questiontext format="tex"'), "unknown format"),
        (one().replace("<p>Which <b>edge</b>?</p>", ""), "asks nothing"),
        (NUMERICAL.format(value="wide", tolerance="0", more=""), "no number"),
        (NUMERICAL.format(value="NaN", tolerance="0", more=""), "no number"),
        (NUMERICAL.format(value="1,500", tolerance="0", more=""), "“1,500” can be read as two numbers"),
        (NUMERICAL.format(value="1", tolerance="1,500", more=""), "“1,500” can be read as two numbers"),
        (
            NUMERICAL.format(value="1", tolerance="0", more="<answer fraction='50'><text>2</text></answer>"),
            "one right value",
        ),
        (
            NUMERICAL.format(value="1", tolerance="0", more="<units><unit><multiplier>10</multiplier></unit></units>"),
            "several units",
        ),
    ],
)
def test_moodle_question_that_is_not_understood_does_not_come(question, words):
    report = read_moodle(one(), question)
    assert report.questions == [EDGE]
    [line] = [line for line in report.lines if line.is_refused]
    assert words in line.told
    assert line.number == 12  # where it begins


def test_moodle_question_comes_without_what_has_no_counterpart_and_says_so():
    report = read_moodle(
        '<question type="category"><category><text>$course$/Chest</text></category></question>',
        one(
            second="-50",
            more="<hint><text>Look up.</text></hint><tags><tag><text>air</text></tag></tags><idnumber></idnumber>",
        ),
    )
    assert report.questions == [EDGE]
    assert told(report) == [
        (3, "The category “$course$/Chest” has no counterpart: choose course and use.", False),
        (4, "Left out: hint, tags.", False),
        (4, "Left out: that a wrong answer takes points off.", False),
    ]


# --- GIFT ---------------------------------------------------------------------------------------------


GIFT = """// A file by hand
$CATEGORY: Chest/Air

::edge::[html]<p>Which <b>edge</b>?</p> {
  =Pleura#Right.
  ~Skin
  ####It is white.
}

Ribs are paired. {T#They are.#Indeed.}

::n1::How wide? {#0.6:0.05#Measured.}

::n2::Between? {#1..2}

::n3::Exactly? {#=%100%7:0 ~#Count again.}

The {~%50%apex ~%50%base ~%-100%heart} of the lung moves.
"""


def test_gift_is_read():
    report = read(GIFT)
    truth = (GivenChoice("True", True, "Indeed."), GivenChoice("False", False, "They are."))
    parts = (GivenChoice("apex", True), GivenChoice("base", True), GivenChoice("heart", False))
    assert report.questions == [
        EDGE,
        Given("", "<p>Ribs are paired.</p>", Choices(truth, takes_many=False)),
        Given("n1", "<p>How wide?</p>", Number(Decimal("0.6"), Decimal("0.05")), "Measured."),
        Given("n2", "<p>Between?</p>", Number(Decimal("1.5"), Decimal("0.5"))),
        Given("n3", "<p>Exactly?</p>", Number(Decimal(7), Decimal(0))),
        Given("", "<p>The _____ of the lung moves.</p>", Choices(parts, takes_many=True)),
    ]
    assert [question.line for question in report.questions] == [4, 10, 12, 14, 16, 18]
    assert told(report) == [
        (2, "The category “Chest/Air” has no counterpart: choose course and use.", False),
        (16, "Left out: what is told of any other number.", False),
    ]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Write. {}", "essay"),
        ("Only words.", "no answers in braces"),
        ("Open {=a ~b", "brace is missing"),
        ("Two {=a ~b} and {=c ~d}", "more than one pair"),
        ("Who? {=Grant =Ulysses Grant}", "write words"),
        ("Match {=a -> 1 =b -> 2}", "match pairs"),
        ("Which? {=a =b ~c}", "not exactly one"),
        ("Which? {a ~b}", "do not begin with"),
        ("Which? {=a#one#two ~b}", "two rationales"),
        ("Part {=a ~%50%b}", "not exactly one"),
        ("How many? {#=5:1 =%50%6}", "one right value"),
        ("How many? {#2..1}", "ends before it begins"),
        ("How many? {#five}", "no number"),
        ("How many? {#-12,500,000:1}", "“-12,500,000” can be read as two numbers"),
        ("How many? {#1,500:1}", "“1,500” can be read as two numbers"),
        ("How many? {#1..1,500}", "“1,500” can be read as two numbers"),
        ("[markdown]**Which?** {=a ~b}", "Markdown"),
        ("[html]<script>x</script> {=a ~b}", "runs"),
        ("{=a ~b}", "asks nothing"),
    ],
)
def test_gift_question_that_is_not_understood_does_not_come(question, words):
    report = read(f"First? {{=yes ~no}}\n\n{question}\n")
    assert [each.stem for each in report.questions] == ["<p>First?</p>"]
    [line] = report.lines
    assert (line.number, line.is_refused, words in line.told) == (3, True, True), line.told


def test_gift_refused_without_a_name_is_known_by_its_beginning():
    """However long it is: markup is taken off no more than that."""
    (line,) = read("Which <b>edge</b> " + "&lt;" * 200 + " {}").lines
    assert line.name == "Which edge " + "<" * 69
    begun = process_time()
    (line,) = read("Which edge? " + "<" * 200_000 + " {}").lines
    assert (line.name, process_time() - begun < 5) == ("Which edge? " + "<" * 68, True)


@pytest.mark.parametrize(
    ("written", "value"), [("0,125", "0.125"), ("1,5", "1.5"), ("1500,000", "1500"), ("1.500", "1.5")]
)
def test_a_comma_that_can_be_read_in_one_way_is(written, value):
    assert read(f"How many? {{#{written}}}").questions[0].body == Number(Decimal(value), Decimal(0))


def test_gift_answers_without_end_are_not_read():
    begun = process_time()
    (line,) = read("Which? {" + "~a" * 1_000_000 + "}").lines
    assert (line.told, process_time() - begun < 4) == ("It has more than 50 choices.", True)


def test_gift_letters_behind_a_backslash_are_plain():
    [question] = read(r"::a\:b::2 \= 1 \+ 1 \{so\} \\n \# {=a \= b#c \# d ~e \~ f}").questions
    assert (question.name, question.stem) == ("a:b", r"<p>2 = 1 \+ 1 {so} \n #</p>")
    assert choices_of(question) == (GivenChoice("a = b", True, "c # d"), GivenChoice("e ~ f", False))


# --- Files that are none ------------------------------------------------------------------------------


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../questions.xml", "0" * 1_000_000)
    return file.getvalue()


BOMB = '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><quiz><question type="essay">&b;</question></quiz>'
OUTSIDE = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (zipped(), "archive"),
        (gzip.compress(b"<quiz/>"), "archive"),
        (b"%PDF-1.7 {=a ~b}", "neither"),
        (b"\x89PNG\r\n\x1a\n\0\0", "neither"),
        (b"\x00\x01\x02 nothing", "neither"),
        (b"Just words, on one line.", "no answers in braces"),
        (b"<quiz></quiz>", "neither"),
        (b"<html><body>Sign in</body></html>", "not of Moodle: it begins with “html”"),
        (b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', "not of Moodle"),
        (b"<quiz>\n<question type='essay'>\n</quiz>", "broken: line 3"),
        (b"<quiz><question>", "broken"),
        (BOMB.encode(), "document type"),
        (OUTSIDE.encode(), "document type"),
        (b'<?xml version="1.0" encoding="martian"?><quiz/>', "encoding|broken"),
        (b"<quiz>" + b"<a>" * 100 + b"</a>" * 100 + b"</quiz>", "parts in parts"),
        (b"<quiz>" + b"<a/>" * 200_001 + b"</quiz>", "more parts"),
        (b"x" * (LARGEST_FILE + 1), "larger than 10 MB"),
        (b"What\x07? {=a ~b}", "characters that no text has"),
        ("What\U000f0041? {=a ~b}".encode(), "characters that no text has"),
        ("Which? {=a ~b}\n\n" * (MOST_QUESTIONS + 1), "more than 2000 questions"),
    ],
    ids=lambda part: part if isinstance(part, str) and len(part) < 40 else "file",
)
def test_file_that_is_no_file_of_questions_is_refused_as_a_whole(data, words):
    with pytest.raises(FileRefused, match=words):
        read_file(data.encode() if isinstance(data, str) else data)


def test_file_is_judged_by_its_content_in_any_encoding():
    assert read_file(QUIZ.format(one()).replace("UTF-8", "utf-16").encode("utf-16"))[0] == "moodle"
    form, report = read_file("Which café? {=yes ~no}".encode("cp1252"))
    assert (form, report.questions[0].stem) == ("gift", "<p>Which café?</p>")
    assert "read as Windows text" in report.lines[0].told


# --- There and back -----------------------------------------------------------------------------------

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn"), max_codepoint=0xFFFF), max_size=20)
PLAIN = WORDS.map(tidy)
LINE = WORDS.map(lambda text: " ".join(tidy(text).split()))
STEM = st.lists(WORDS.map(lambda text: read_marked(text, AS_PLAIN)), min_size=1, max_size=3).map("".join).filter(bool)
DECIMALS = st.decimals(-10000, 10000, places=3).map(lambda number: Decimal(f"{number:f}"))
CHOICE = st.builds(GivenChoice, LINE, st.booleans(), PLAIN)
MANY = st.lists(CHOICE, min_size=2, max_size=4).filter(lambda choices: any(each.is_right for each in choices))
ALONE = st.lists(CHOICE, min_size=2, max_size=4).map(
    lambda choices: [GivenChoice(each.text, place == 0, each.rationale) for place, each in enumerate(choices)]
)
BODY = (
    st.builds(Choices, MANY.map(tuple), st.just(True))
    | st.builds(Choices, ALONE.map(tuple), st.just(False))
    | st.builds(Number, DECIMALS, DECIMALS.map(abs))
)
KEY = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
QUESTION = st.builds(Given, KEY, STEM, BODY, PLAIN)


@settings(max_examples=40)
@given(questions=st.lists(QUESTION, min_size=1, max_size=2))
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_the_same(name, questions):
    written = FORMATS[name].write(questions)
    form, report = read_file(written)
    assert (form, report.questions, report.lines) == (name, questions, [])
    assert FORMATS[name].write(report.questions) == written


def test_gift_has_no_unit_and_says_so():
    with_unit = Given("n", "<p>?</p>", Number(Decimal(1), Decimal(0), "mm"))
    assert "no unit" in FORMATS["gift"].find_lost(with_unit)
    assert FORMATS["moodle"].find_lost(with_unit) == ""
    assert read_file(FORMATS["moodle"].write([with_unit]))[1].questions == [with_unit]
