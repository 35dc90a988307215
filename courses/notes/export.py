"""Notes as Markdown (CommonMark). What people wrote is escaped: every reader of Markdown shows it as typed."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.dates import format_day
from courses.notes.models import Note
from courses.notes.queries import CourseNotes, OwnNote

# What means something anywhere in a line; "~", "|" and "$" do to many programs beyond CommonMark.
SPECIAL = re.compile(r"[\\`*_\[\]<>&#~|$]")
# What means something where a line begins.
OPENING = re.compile(r"^(\d*)([-+=:.)])")
# White space at the ends of a line would be lost.
EDGE = re.compile(r"^\s|\s$")
PARAGRAPH = re.compile(r"(?<!\n)\n\n")


def escape_line(line: str) -> str:
    line = OPENING.sub(r"\1\\\2", SPECIAL.sub(r"\\\g<0>", line))
    return EDGE.sub(lambda found: f"&#{ord(found[0])};", line)


def escape(text: str) -> str:
    """Paragraphs stay paragraphs, and every other new line is a hard one. The text begins and ends with a word."""
    paragraphs = PARAGRAPH.split(text)
    return "\n\n".join("\\\n".join(map(escape_line, paragraph.split("\n"))) for paragraph in paragraphs)


def to_markdown(courses: list[CourseNotes], *, site: str) -> str:
    parts = [f"# {escape(_('Notes from eScan Academy'))}"]
    for course in courses:
        parts.append(f"## {escape(course.course.title.strip())}")
        for lesson in course.lessons:
            parts.append(f"### {escape(lesson.lesson.title.strip())}")
            if not lesson.is_open:
                parts.append(_("This lesson is not open to you at present."))
            for entry in lesson.notes:
                parts.extend(_write(entry, site))
    if not courses:
        parts.append(_("No notes yet."))
    return "\n\n".join(parts) + "\n"


def _write(entry: OwnNote, site: str) -> Iterator[str]:
    note = entry.note
    yield f"#### [{escape(_title_of(note))}]({site}{note.url})"
    if note.quote:
        yield f"> {escape(note.quote)}"
    elif note.place:
        yield f"> {escape(note.place)}"
    if entry.is_changed:
        yield _("The text has changed since.")
    if note.text:
        yield escape(note.text)


def _title_of(note: Note) -> str:
    date = format_day(note.created_at)
    if note.second is None:
        return f"{note.get_kind_display()}, {date}"
    return _("%(kind)s at %(time)s, %(date)s") % {"kind": note.get_kind_display(), "time": note.time, "date": date}
