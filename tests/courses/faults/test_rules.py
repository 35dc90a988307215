"""Each rule finds what it is for, and nothing in what is right."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.images import get_image_model

from core.faults import CODES, check
from courses.assessment.services.objectives import keep_objectives
from courses.faults.reading import words_of
from courses.models import Course, FacultyMember, Lesson, Module, Question
from courses.writing import services as authoring
from tests.course_fixtures import SVG, block_id, blocks, figure, write_question_of
from tests.faults import codes_of

OPENING = ("text", "<h2>What you will be able to do</h2><ul><li>Find the edge.</li></ul>")
REFERENCES = ("references", {"references": ["Author A. Edges. J Edges. 2001;3:1-9. https://doi.org/10.1000/edges.1"]})


@pytest.fixture
def lesson(course) -> Lesson:
    return Lesson.objects.get(slug="second-look")


@pytest.fixture
def whole(course, lesson) -> list[tuple[str, Any]]:
    """The blocks of a lesson with nothing to mend."""
    checks = [write_question_of(course, kind, use="check", lesson=lesson) for kind in ("numeric", "multiple")]
    return [OPENING, *(("question", check.pk) for check in checks), REFERENCES]


def draft(lesson: Lesson, body: list[tuple[str, Any]], **fields: Any) -> Lesson:
    given = {"summary": "Where an edge hides.", "minutes": 2, "body": json.dumps(blocks(lesson.slug, *body)), **fields}
    return authoring.draft_lesson(slug=lesson.slug, fields=given).as_object()


def find(lesson: Lesson, whole: list[tuple[str, Any]], *added: tuple[str, Any], **fields: Any) -> set[str]:
    """With blocks behind the first one."""
    return set(codes_of(draft(lesson, [whole[0], *added, *whole[1:]], **fields)))


def test_whole_lesson_has_nothing_to_mend(lesson, whole):
    assert codes_of(draft(lesson, whole)) == []


def text(html: str) -> tuple[str, str]:
    return "text", html


def link(address: str, words: str = "x") -> tuple[str, str]:
    return text(f'<p><a href="{address}">{words}</a></p>')


def table(*rows: Any, heads: tuple[str, ...] = ("Series", "Missed"), caption: str = "How often") -> tuple[str, Any]:
    columns = [{"type": kind, "heading": head} for kind, head in zip(("text", "rate"), heads, strict=True)]
    value = {"caption": caption, "columns": columns, "rows": [{"values": row} for row in rows]}
    return "table", {"table": value, "source": "Counted."}


def rate(percent: str | None, low: str | None = None, high: str | None = None) -> dict[str, str | None]:
    return {"percent": percent, "low": low, "high": high}


FULL = rate("35", "20", "50")


@pytest.mark.parametrize(
    ("code", "block"),
    [
        ("block-empty", text("<p> </p>")),
        ("block-empty", ("callout", {"kind": "pearl", "text": ""})),
        ("heading-empty", text("<h2></h2><p>x</p>")),
        ("table-no-caption", table(["A", FULL], caption=" ")),
        ("table-no-heads", table(["A", FULL], heads=("Series", ""))),
        ("table-empty", table()),
        ("rate-no-interval", table(["A", rate("35")])),
        ("rate-interval", table(["A", rate("35", "50", "60")])),
        ("rate-interval", table(["A", rate("35", "20", None)])),
        ("rates-unknown", ("rates", {"descriptor": "gone"})),
        ("link-malformed", link("example.org")),
        ("link-malformed", link("htp://example.org")),
        ("link-malformed", link("https://exa mple.org/")),
        ("link-no-words", text('<p>x <a href="/pricing/"></a></p>')),
        ("link-http", link("http://example.org/")),
        ("link-nowhere", link("/courses/chest-film/none/")),
        ("link-nowhere", link("/nothing/")),
        ("link-nowhere", link("/guides/none/")),
        ("link-nowhere", link("#none")),
        ("link-taken-off", link("/courses/chest-film/third-look/")),
        ("link-part-gone", link("/courses/chest-film/first-look/#none")),
        ("doi-wrong", text("<p>doi:none/1</p>")),
        ("video-none", ("video", {"video": None, "caption": "A talk."})),
        ("picture-gone", figure(999_999)),
        ("study-unknown", ("study", {"study": 999, "text": "Read."})),
        ("check-gone", ("question", 999_999)),
    ],
)
def test_block_that_is_not_right_is_told_with_its_place(lesson, whole, code, block):
    row = draft(lesson, [whole[0], block, *whole[1:]])
    [fault] = [fault for fault in check(row) if fault.code == code]
    assert code in find(lesson, whole, block)
    place = block_id(lesson.slug, 1)
    assert fault.address == f"/studio/snippets/courses/lesson/edit/{lesson.pk}/#:w:contentpath=body.{place}"
    assert {other.code for other in check(row)} - {code} <= {"lesson-minutes"}
    if fault.stops:
        with pytest.raises(ValidationError):
            row.latest_revision.publish()
    else:
        row.latest_revision.publish()


@pytest.mark.parametrize(
    "block",
    [
        table(["A", FULL]),
        ("rates", {"descriptor": "round"}),
        link("/courses/chest-film/first-look/"),
        link("https://example.org/x?y=1#z"),
        link("mailto:a@example.org"),
        link("/pricing/#anything"),
        text("<p>doi:10.1000/edges.1</p>"),
    ],
)
def test_block_that_is_right_is_not_told(lesson, whole, block):
    assert find(lesson, whole, block) == set()


def test_link_to_a_part_of_the_lesson_itself_is_found(lesson, whole):
    assert find(lesson, whole, link(f"#b-{block_id(lesson.slug, 0)}")) == set()


@pytest.mark.parametrize(
    ("reference", "codes"),
    [
        ("Author A. Edges. J Edges. 2001.", {"reference-no-identifier"}),
        ("Author A. Edges. J Edges. 2001. (incomplete: DOI not found)", {"reference-incomplete"}),
        (" ", {"reference-empty"}),
        ("Author A. Again. https://doi.org/10.1000/edges.1", {"reference-twice"}),
        ("Author A. Edges. J Edges. 2001. PMID 123", set()),
        ("Author A. Edges. J Edges. 2001. PMC12345", set()),
    ],
)
def test_reference_leads_to_its_work_or_says_what_it_lacks(lesson, whole, reference, codes):
    references = ("references", {"references": [*REFERENCES[1]["references"], reference]})
    assert set(codes_of(draft(lesson, [*whole[:-1], references]))) == codes


def test_references_are_the_last_block(lesson, whole):
    assert codes_of(draft(lesson, [*whole[:-1]])) == ["references-none"]
    assert codes_of(draft(lesson, [*whole, text("<p>x</p>")])) == ["references-last"]


def test_heading_order(lesson, whole):
    body = [text("<h3>First</h3><p>x</p>"), *whole]
    assert codes_of(draft(lesson, body)) == ["heading-order"]


def picture(image: int, alt: str, *, decorative: bool = False, **fields: str) -> tuple[str, Any]:
    panel = {"image": {"image": image, "alt_text": alt, "decorative": decorative}, "label": "", "text": ""}
    return "figure", {"panels": [panel], "caption": "A caption.", "source": "Ours, 2026.", **fields}


@pytest.mark.parametrize(
    ("alt", "codes"),
    [
        ("", {"picture-no-alternative"}),
        ("edge.svg", {"picture-file-name"}),
        ("x" * 150 + " " + "y" * 200, {"picture-long-alternative"}),
        ("A pleural edge", set()),
    ],
)
def test_picture_is_told_in_words(lesson, whole, keep_image, alt, codes):
    image = keep_image("edge.svg")
    assert find(lesson, whole, picture(image, alt)) == codes
    assert find(lesson, whole, picture(image, alt, decorative=True)) == set()


def test_figure_says_where_it_is_from_and_what_it_teaches(lesson, whole, keep_image):
    shown = picture(keep_image("edge.svg"), "A pleural edge", caption="", source=" ")
    assert find(lesson, whole, shown) == {"figure-no-source", "figure-no-caption"}


def test_picture_is_neither_large_nor_small(lesson, whole, keep_image):
    large = get_image_model().objects.create(
        title="Large", file=ContentFile(SVG.format(size=10).encode(), name="large.svg"), file_size=700_000
    )
    small = get_image_model()(title="Small", file="small.webp", width=320, height=200, file_size=9)
    get_image_model().objects.bulk_create([small])
    assert find(lesson, whole, picture(large.pk, "A white field")) == {"picture-large"}
    small = get_image_model().objects.get(title="Small")
    assert find(lesson, whole, picture(small.pk, "A grey field")) == {"picture-small"}


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"summary": " "}, {"lesson-no-summary"}),
        ({"title": " "}, {"lesson-no-title"}),
        ({"summary": "x" * 161}, {"lesson-long-summary"}),
        ({"minutes": 30}, {"lesson-minutes"}),
        ({"title": "First look"}, {"lesson-title-twice"}),
        ({"is_stepwise": True, "is_preview": True}, {"lesson-steps-open"}),
    ],
)
def test_lesson_as_a_whole(lesson, whole, fields, codes):
    assert set(codes_of(draft(lesson, whole, **fields))) == codes


def test_lesson_that_lacks_what_makes_one(lesson, whole):
    assert set(codes_of(draft(lesson, []))) == {"lesson-empty"}
    assert set(codes_of(draft(lesson, [OPENING, whole[1], REFERENCES]))) == {"lesson-few-checks"}
    assert set(codes_of(draft(lesson, [text("<p>x</p>"), *whole[1:]]))) == {"lesson-no-objectives"}
    assert set(codes_of(draft(lesson, [OPENING, REFERENCES], is_stepwise=True))) >= {"lesson-steps-none"}
    assert set(codes_of(draft(lesson, [OPENING, whole[1], whole[1], REFERENCES]))) == {"check-twice"}
    assert set(codes_of(draft(lesson, [OPENING, OPENING, *whole[1:]]))) == {"heading-twice"}


def test_address_of_another_lesson_is_told_before_it_would_end_in_an_error(lesson, whole):
    row = draft(lesson, whole)
    row.slug = "first-look"
    assert codes_of(row) == ["lesson-slug-taken"]
    row.slug, row.module = "free", None
    assert codes_of(row) == ["lesson-no-module"]


def test_check_that_was_taken_off_and_question_of_the_test(course, lesson, whole):
    Question.objects.filter(key="numeric").update(live=False)
    assert set(codes_of(draft(lesson, whole))) == {"check-taken-off"}
    other = Question.objects.get(key="chest-film-1")
    assert "check-of-test" in find(lesson, whole, ("question", other.pk))


def test_words_of_rich_text():
    assert words_of("<h2>A</h2><p>b<b>c</b> &lt;d&gt;<br/>e</p><ul><li>f</li></ul>") == "A bc <d> e f"


# --- Questions --------------------------------------------------------------------------------------


@pytest.fixture
def question(course, lesson) -> Question:
    keep_objectives(course.pk, ["Find the edge"])
    row = write_question_of(
        course,
        "single",
        key="whole",
        lesson=lesson,
        objective=course.objective_rows.get(),
        references="Author. J Edges. 2001. https://doi.org/10.1000/edges.1",
    )
    assert codes_of(row) == []
    return row


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"stem": "<p> </p>"}, {"question-no-stem"}),
        ({"objective": None}, {"question-no-objective"}),
        ({"lesson": None}, {"question-no-lesson"}),
        ({"references": " "}, {"question-no-references"}),
        ({"references": "Atlas.", "lesson": None}, {"question-reference-no-identifier", "question-no-lesson"}),
        ({"references": "Atlas, page 1."}, set()),
        ({"references": "doi:wrong https://a.example"}, {"question-doi-wrong"}),
        ({"key": "chest-film-1"}, {"question-key-taken"}),
        ({"kind": "numeric", "rationale": " "}, {"question-no-key", "question-no-rationale"}),
        ({"kind": "numeric", "rationale": "So.", "value": 3}, set()),
        ({"use": "words"}, {"question-in-words"}),
    ],
)
def test_question(question, changes, codes):
    for name, value in changes.items():
        setattr(question, name, value)
    assert set(codes_of(question)) == codes


LONG = "A very long choice that says by its mere length that it must be the right one of them"


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["One", "Two", "Three"], set()),
        (["One"], {"question-no-key"}),
        (["One", "Two"], {"choice-few"}),
        (list("abcdefg"), {"choice-many"}),
        (["One", "one.", "Three"], {"choice-twice"}),
        ([LONG, "Short", "Shorter"], {"choice-longest"}),
        (["Short", LONG, "Shorter"], set()),
        (["One", "Two", "All of the above"], {"choice-sums-up"}),
        (["A", "B", "A and B"], {"choice-sums-up"}),
    ],
)
def test_choices(question, texts, codes):
    """The first is right."""
    rows = [{"text": words, "is_correct": not number, "rationale": "So."} for number, words in enumerate(texts)]
    revision = authoring.draft_question(key=question.key, course=question.course, fields={}, choices=rows)
    assert set(codes_of(revision.as_object())) == codes


def test_choice_without_a_rationale_is_told_beside_the_choices(question):
    rows = [{"text": words, "is_correct": words == "a", "rationale": "So."} for words in "abc"]
    row = authoring.draft_question(key=question.key, course=question.course, fields={}, choices=rows).as_object()
    row.choices.get(text="b").rationale = " "
    fault = next(fault for fault in check(row) if fault.code == "question-no-rationale")
    assert fault.address.endswith("#id_choices-FORMS")


@pytest.mark.parametrize(
    ("alt", "codes"), [(" ", {"question-picture-unnamed"}), ("IMG_1", {"question-picture-unnamed"})]
)
def test_picture_of_a_question(question, keep_image, alt, codes):
    question.image_id, question.image_alt = keep_image(), alt
    assert set(codes_of(question)) == codes
    question.image_alt = "A field"
    assert codes_of(question) == []


def test_objective_of_another_course(question, write_course):
    other = write_course("other", [])
    keep_objectives(other.pk, ["Else"])
    question.objective = other.objective_rows.get()
    assert codes_of(question) == ["question-objective-elsewhere"]


# --- Courses ----------------------------------------------------------------------------------------


UNASKED = {"objective-no-question", "objective-no-check"}


@pytest.fixture
def sound(course, question, lesson) -> Course:
    """A course with nothing to mend."""
    course.objectives = "Find the edge"
    keep_objectives(course.pk, course.objective_list)
    write_question_of(course, "numeric", use="check", objective=course.objective_rows.get())
    new = [authoring.NewQuestion(f"more-{number}", {"stem": "<p>Which?</p>"}, []) for number in range(15)]
    authoring.add_questions(course=course, questions=new, by=None)
    Question.objects.filter(key__startswith="more-").update(live=True)
    Module.objects.filter(lessons=None).delete()
    course.minutes = 14
    row = course.save_revision().as_object()
    assert codes_of(row) == []
    return row


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"summary": "x" * 161}, {"course-long-summary"}),
        ({"title": " ", "summary": "", "description": "<p> </p>", "audience": ""}, {"course-gap"}),
        ({"objectives": "\n"}, {"course-gap"}),
        ({"passing_score": 50}, {"course-pass-mark"}),
        ({"passing_score": 85}, {"course-pass-mark-in-questions"}),
        ({"minutes": 99}, {"course-minutes"}),
        ({"objectives": "Find the edge\nUnderstand it"}, {"objective-unseen", *UNASKED}),
        ({"objectives": "Find the edge\nName it"}, UNASKED),
        ({"post_test_questions": 8, "minutes": 18}, {"course-thin-pool"}),
        ({"post_test_questions": 32, "minutes": 42}, {"course-small-pool"}),
        ({"post_test_questions": 8, "explain": "always", "minutes": 18}, {"course-open-book"}),
    ],
)
def test_course(sound, changes, codes):
    for name, value in changes.items():
        setattr(sound, name, value)
    assert set(codes_of(sound)) == codes


def test_faculty_discloses(sound):
    sound.faculty.set([FacultyMember(name="Ada", role="Author", disclosure=" ")])
    assert "course-no-disclosure" in codes_of(sound, stops=True)
    sound.faculty.set([FacultyMember(name="Ada", role=" ", disclosure="None.")])
    assert "course-faculty-unnamed" in codes_of(sound, stops=True)
    sound.faculty.set([])
    assert "course-no-faculty" in codes_of(sound, stops=False)


def test_course_that_is_called_as_another(sound, write_course):
    other = write_course("other", [], title="Chest film")
    assert set(codes_of(other)) >= {"course-title-twice", "course-no-lesson"}
    other.slug = "chest-film"
    assert "course-slug-taken" in codes_of(other)


def test_module_without_a_lesson(sound):
    module = Module.objects.create(course=sound, title="Empty")
    [fault] = [fault for fault in check(sound) if fault.code == "module-empty"]
    assert fault.address == f"/studio/snippets/courses/module/edit/{module.pk}/"


def test_every_rule_says_what_ought_to_be_so():
    assert all(rule.about.endswith(".") and len(rule.about) < 200 for rule in CODES.values())
    assert len(CODES) > 90
