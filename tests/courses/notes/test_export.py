from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.models import Course, Lesson, Module, Note
from courses.notes.export import escape, to_markdown
from courses.notes.forms import NoteForm
from courses.notes.queries import CourseNotes, LessonNotes, OwnNote

SITE = "https://academy.example.org"
BLOCK = "6f0e8f64-8b1b-4a39-9f2e-0d2b8f1f3c11"

# Everything that Markdown knows, beside whatever else people type.
SIGNS = st.sampled_from(list("\\`*_{}[]()<>#+-.!|~=&;:$\"'0123456789abc \t\n\u00a0\u2028é漢🩻")) | st.characters(
    exclude_categories=["Cs"]
)
TYPED = st.text(SIGNS, max_size=60)


def said(inline: Token) -> str:
    words = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(words.get(child.type, child.content) for child in inline.children or [])


def parsed(text: str) -> list[tuple[str, str]]:
    """Every paragraph and heading, with what it is in."""
    inside: list[str] = []
    found = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "inline":
            found.append((" ".join(inside), said(token)))
        elif token.nesting == 1:
            inside.append(token.tag)
        elif token.nesting == -1:
            inside.pop()
        else:
            found.append((token.type, token.content))
    return found


def cleaned(**typed: str) -> dict:
    """What the academy keeps of what was typed."""
    form = NoteForm({"key": BLOCK, "kind": "note", "block": BLOCK, **typed})
    form.is_valid()
    return form.cleaned_data


@settings(max_examples=200)
@given(TYPED)
@example("- a\n1. b\n\n\n\n   # c\n---\n===\n| a |\n|---|\n")
@example("a  \n b\\\n\\\n&amp; &#32; <b>x</b> [a](b) ![c](d) [e]: f")
@example("```\ncode\n```\n~~~\n    indented\n\tand so")
def test_text_comes_back_as_it_was_typed(typed):
    text = cleaned(text=typed).get("text", "")
    found = parsed(escape(text))
    assert {inside for inside, _ in found} <= {"p"}
    assert "\n\n".join(words for _, words in found) == text


def own(course: Course, lesson: Lesson, **fields) -> OwnNote:
    note = Note(lesson=lesson, block=BLOCK, created_at=datetime(2026, 5, 1, 10, tzinfo=UTC), **fields)
    return OwnNote(note=note, is_open=True, is_changed=False, position=(0, 0))


def notes_on(title: str, **fields) -> list[CourseNotes]:
    course = Course(title=title, slug="chest-film")
    lesson = Lesson(title=title, slug="first-look", module=Module(course=course))
    return [CourseNotes(course, [LessonNotes(lesson, True, [own(course, lesson, **fields)])])]


TITLES = st.text(SIGNS, min_size=1, max_size=30).map(lambda typed: cleaned(quote=typed).get("quote", "")).filter(bool)


@settings(max_examples=100)
@given(title=TITLES, quote=TITLES, typed=TYPED)
def test_export_loses_nothing(title, quote, typed):
    text = cleaned(text=typed).get("text", "") or "x"
    found = parsed(to_markdown(notes_on(title, kind="note", quote=quote, text=text), site=SITE))
    assert found[:5] == [
        ("h1", "Notes from eScan Academy"),
        ("h2", title),
        ("h3", title),
        ("h4", "Note, 1 May 2026"),
        ("blockquote p", quote),
    ]
    assert "\n\n".join(words for _, words in found[5:]) == text
    assert {inside for inside, _ in found[5:]} == {"p"}


def test_export_as_it_is_written():
    courses = notes_on("Chest film", kind="note", second=83, place="Edges", text="A *thin* line.\nLook\n\nagain")
    assert to_markdown(courses, site=SITE) == (
        "# Notes from eScan Academy\n\n## Chest film\n\n### Chest film\n\n"
        f"#### [Note at 1:23, 1 May 2026]({SITE}/courses/chest-film/first-look/#b-{BLOCK}@83)\n\n"
        "> Edges\n\nA \\*thin\\* line.\\\nLook\n\nagain\n"
    )


def test_export_of_nothing_says_so():
    assert to_markdown([], site=SITE) == "# Notes from eScan Academy\n\nNo notes yet.\n"
