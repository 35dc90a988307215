"""What rules are asked about: what a version of a lesson, a question or a course says, without a row for each part.

A version is the JSON that a revision keeps, so that a form, a draft, the schedule and the loader are read alike, and a
whole course takes no more queries than one lesson.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from html import unescape
from types import SimpleNamespace
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock

from core.faults import Place
from courses.assessment.models.questions import Question
from courses.faults.known import Known
from courses.writing.blocks import PictureBlock
from courses.writing.models import Course, Lesson

Version = Mapping[str, Any]
"""The content of a revision."""

HEADING = re.compile(r"<h([2-4])\b[^>]*>(.*?)</h\1>", re.DOTALL)
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a\s*>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
ENDS = re.compile(r"<(?:br|/p|/li|/h\d)\b[^>]*>")
ATTRIBUTE = re.compile(r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def words_of(html: Any) -> str:
    """The words of rich text, in one line. It is as the editor writes it, where “<” begins a tag and nothing else."""
    text = str(html or "")
    if "<" in text:
        text = TAG.sub("", ENDS.sub(" ", text))
    return " ".join((unescape(text) if "&" in text else text).split())


class Link(NamedTuple):
    address: str
    words: str
    page: str = ""
    """The number of a page of Wagtail's, which the editor keeps instead of its address."""


def read_links(html: str) -> list[Link]:
    found = []
    for attributes, inner in LINK.findall(html) if "<a" in html else ():
        given = {name.lower(): unescape(first or second) for name, first, second in ATTRIBUTE.findall(attributes)}
        page = given.get("id", "") if given.get("linktype") == "page" else ""
        found.append(Link(given.get("href", ""), words_of(inner), page))
    return found


@dataclass(frozen=True)
class Part:
    """A value in a block, with the definition that says what it is."""

    definition: Any
    value: Any
    block: "Block"


@dataclass(frozen=True)
class Block:
    kind: str
    value: Any
    pk: str
    """Its id, by which the editor finds it."""
    definition: Any

    @cached_property
    def parts(self) -> list[Part]:
        """Itself, and whatever stands in it."""
        return [Part(definition, value, self) for definition, value in walk(self.definition, self.value)]

    @property
    def rich_texts(self) -> list[str]:
        return [str(part.value or "") for part in self.parts if isinstance(part.definition, blocks.RichTextBlock)]

    @property
    def pictures(self) -> list[Any]:
        """Of each its key, its words and whether it is decorative; None where none is chosen yet."""
        return [part.value for part in self.parts if isinstance(part.definition, PictureBlock)]

    def get(self, *names: str) -> Any:
        """What stands in a part of it; None where nothing does."""
        value = self.value
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value


def walk(definition: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    yield definition, value
    if isinstance(definition, PictureBlock):
        return
    if isinstance(definition, blocks.StructBlock) and isinstance(value, Mapping):
        for name, child in definition.child_blocks.items():
            yield from walk(child, value.get(name))
    elif isinstance(definition, blocks.ListBlock):
        for item in read_list(value):
            yield from walk(definition.child_block, item)
    elif isinstance(definition, BaseTypedTableBlock) and isinstance(value, Mapping):
        kinds = [column["type"] for column in value.get("columns", ())]
        for row in value.get("rows", ()):
            for kind, cell in zip(kinds, row["values"], strict=False):
                yield from walk(definition.child_blocks[kind], cell)


def read_list(value: Any) -> list[Any]:
    """The items of a list in a block, which the editor wraps and the loader does not."""
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item["value"] if isinstance(item, Mapping) and item.get("type") == "item" else item for item in items]


@dataclass(frozen=True)
class Body:
    """A stream of blocks."""

    blocks: list[Block]
    limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How often a block may stand in it, by its kind."""

    @classmethod
    def read(cls, value: Any, stream: Any) -> Self:
        """`value` is what a revision keeps of it, or the stream itself; `stream` says which blocks there are."""
        raw = json.loads(value or "[]") if isinstance(value, str) else list(getattr(value, "raw_data", value or ()))
        known = stream.child_blocks
        return cls(
            [
                Block(each["type"], each.get("value"), str(each.get("id") or ""), known[each["type"]])
                for each in raw
                if each["type"] in known
            ],
            stream.meta.block_counts,
        )

    def of(self, *kinds: str) -> list[Block]:
        return [block for block in self.blocks if block.kind in kinds]

    @cached_property
    def links(self) -> list[tuple[Block, Link]]:
        return [(block, link) for block in self.blocks for html in block.rich_texts for link in read_links(html)]

    @cached_property
    def headings(self) -> list[tuple[Block, int, str]]:
        """Of each its block, its level and its words."""
        return [
            (block, int(level), words_of(inner))
            for block in self.blocks
            for html in block.rich_texts
            if "<h" in html
            for level, inner in HEADING.findall(html)
        ]

    @property
    def references(self) -> list[tuple[Block, str]]:
        return [(block, words_of(one)) for block in self.of("references") for one in read_list(block.get("references"))]

    @property
    def checks(self) -> list[tuple[Block, int | None]]:
        return [(block, block.value) for block in self.of("question")]

    @property
    def studies(self) -> list[tuple[Block, Any]]:
        return [(block, block.get("study")) for block in self.of("study")]

    @property
    def videos(self) -> list[tuple[Block, int | None]]:
        return [(block, block.get("video")) for block in self.of("video")]

    @property
    def image_ids(self) -> set[int]:
        return {
            int(picture["image"])
            for block in self.blocks
            for picture in block.pictures
            if isinstance(picture, Mapping) and picture.get("image")
        }


def name_of(version: Version) -> str:
    return str(version["title"]).strip() or gettext("(no title yet)")


@dataclass(frozen=True)
class LessonText:
    place: Place
    title: str
    slug: str
    summary: str
    minutes: int
    module: int | None
    course: int | None
    is_preview: bool
    is_stepwise: bool
    body: Body
    known: Known = field(repr=False)

    @classmethod
    def read(cls, pk: int | None, version: Version, known: Known, *, module: int | None = None) -> Self:
        """A place has no draft: `module` is where the lesson stands, if it does."""
        stands_in = module or version.get("module")
        return cls(
            place=Place(Lesson, pk, name_of(version)),
            title=str(version["title"]),
            slug=str(version["slug"]),
            summary=str(version["summary"] or ""),
            minutes=int(version["minutes"] or 0),
            module=stands_in,
            course=known.modules.get(stands_in) if stands_in else None,
            is_preview=bool(version["is_preview"]),
            is_stepwise=bool(version.get("is_stepwise")),
            body=known.with_body(Body.read(version["body"], Lesson._meta.get_field("body").stream_block)),
            known=known,
        )


class Rows(list[Any]):
    """Rows of a question, asked for as those of a model are."""

    def all(self) -> list[Any]:
        return self


FIELDS = (
    *("key", "kind", "use", "course", "lesson", "objective", "stem", "value", "tolerance", "unit"),
    *("image", "image_alt", "image_facts", "stands_for", "rationale", "references"),
)


@dataclass(frozen=True)
class QuestionText:
    """It has what `courses.assessment.kinds` asks of a question."""

    place: Place
    pk: int | None
    key: str
    kind: str
    use: str
    course: int | None
    lesson: int | None
    objective: int | None
    stem: str
    value: Any
    tolerance: Any
    unit: str
    image: int | None
    image_alt: str
    image_facts: Any
    stands_for: int | None
    rationale: str
    references: str
    choices: Rows
    regions: Rows
    known: Known = field(repr=False)

    @classmethod
    def read(cls, pk: int | None, version: Version, known: Known) -> Self:
        given: dict[str, Any] = {name: version.get(name) for name in FIELDS}
        for name in ("stem", "unit", "image_alt", "rationale", "references"):
            given[name] = str(given[name] or "")
        for name in ("choices", "regions"):
            given[name] = Rows(SimpleNamespace(**row) for row in version.get(name, ()))
        place = Place(Question, pk, str(version["key"]))
        return known.with_question(cls(place=place, pk=pk, known=known, **given))

    @property
    def reference_lines(self) -> list[str]:
        return [line.strip() for line in self.references.splitlines() if line.strip()]


@dataclass(frozen=True)
class CourseText:
    place: Place
    pk: int | None
    title: str
    slug: str
    summary: str
    description: str
    audience: str
    minutes: int
    objectives: list[str]
    post_test_questions: int
    pre_test_questions: int
    passing_score: int
    explain: str
    faculty: list[Version]
    known: Known = field(repr=False)

    @property
    def course(self) -> int | None:
        return self.pk

    @classmethod
    def read(cls, pk: int | None, version: Version, known: Known) -> Self:
        return known.with_course(
            cls(
                place=Place(Course, pk, name_of(version)),
                pk=pk,
                title=str(version["title"]),
                slug=str(version["slug"]),
                summary=str(version["summary"] or ""),
                description=str(version["description"] or ""),
                audience=str(version["audience"] or ""),
                minutes=int(version["minutes"] or 0),
                objectives=[line.strip() for line in str(version["objectives"]).splitlines() if line.strip()],
                post_test_questions=int(version["post_test_questions"]),
                pre_test_questions=int(version["pre_test_questions"]),
                passing_score=int(version["passing_score"]),
                explain=str(version["explain"]),
                faculty=list(version.get("faculty", ())),
                known=known,
            )
        )


def as_number(value: Any) -> Decimal | None:
    """A number as a block keeps it; None for what is none."""
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None
