"""What of a lesson stands in the window, for who may not open it (decision 51): what they will be able to do, and its
first figure. Nothing else of its text does.
"""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Subquery
from django.utils.safestring import SafeString, mark_safe

from courses.writing.models import Lesson, LessonRendering
from courses.writing.published import get_text_of, kept_until_published
from courses.writing.rendering import split_blocks

# The heading that a lesson opens with (content/README.md), and the list right under it. A list with lists in it is not
# taken, so that nothing after it can be.
OBJECTIVES = re.compile(
    r'\s*<div class="read">\s*<h2[^>]*>\s*What you will be able to do\s*</h2>\s*'
    r"<(ul|ol)[^>]*>((?:(?!<[uo]l\b).)*?)</\1>",
    re.DOTALL,
)
ITEM = re.compile(r"<li[^>]*>(.*?)</li>", re.DOTALL)
FIGURE = re.compile(r"/figures/\d+/(\d+)/")


class Picture(NamedTuple):
    """A picture of a figure, at the address where its readers get it."""

    src: str
    width: str
    height: str
    alt: str

    @property
    def image_id(self) -> int:
        found = FIGURE.fullmatch(self.src)
        return int(found[1]) if found else 0


class Window(NamedTuple):
    objectives: tuple[SafeString, ...]
    """None where the lesson does not open with a list of them."""
    figure: SafeString
    pictures: tuple[Picture, ...]
    """Of the figure."""

    @property
    def image_ids(self) -> set[int]:
        return {picture.image_id for picture in self.pictures}


@kept_until_published
def get_window(lesson_id: int) -> Window:
    """Raises Http404 where no such lesson is published."""
    return look_into(get_text_of(lesson_id))


def look_into(text: LessonRendering) -> Window:
    blocks = split_blocks(text.html)
    opening = OBJECTIVES.match(blocks[0][1]) if blocks and blocks[0][0] == "text" else None
    figure = next((html for kind, html in blocks if kind == "figure"), "")
    objectives = tuple(map(mark_safe, ITEM.findall(opening[2]))) if opening else ()  # from our own rendering
    return Window(objectives, mark_safe(figure), read_pictures(figure))  # noqa: S308 - from our own rendering


class _PictureReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[Picture] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            given = dict(attrs)
            self.pictures.append(Picture(*(given.get(name) or "" for name in Picture._fields)))


def read_pictures(html: str) -> tuple[Picture, ...]:
    reader = _PictureReader()
    reader.feed(html)
    reader.close()
    return tuple(reader.pictures)


@kept_until_published
def get_covers() -> dict[int, tuple[Picture, ...]]:
    """The pictures in the window of the first lesson of each course, by the key of the course. One query."""
    course = F("lesson__module__course")
    lessons = Lesson.objects.filter(live=True, module__course=OuterRef("lesson__module__course"))
    first = lessons.order_by("module__position", "position", "pk").values("pk")[:1]
    texts: Iterable[Any] = LessonRendering.objects.readable().filter(lesson=Subquery(first)).annotate(course=course)
    return {text.course: look_into(text).pictures for text in texts}
