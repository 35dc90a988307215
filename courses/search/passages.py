"""What there is to find in courses and lessons: the places, with their words as a reader sees them."""

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, NamedTuple

from courses.search.kinds import Page
from courses.search.models import PassageKind

# Half a minute of speech holds a few sentences, and is short enough to listen to.
CUES_SECONDS = 30

PARTS = {"h2", "h3", "p", "ul", "ol"}
HEADINGS = {"h2", "h3"}
ITEM = " · "
# How much a word of it counts: the title of a thing, a heading in it; and one that leads elsewhere counts nothing.
TITLE, HEADING, UNHEARD = 20, 8, 0
BETWEEN = {"li": ITEM, "br": " "}
SPACE = re.compile(r"\s+")
# What breaks words invisibly.
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\x00]")


class Found(NamedTuple):
    """The fields of a passage, beside those of its owner."""

    kind: str
    heading: str = ""
    text: str = ""
    block: str = ""
    is_first: bool = True
    video_id: int | None = None
    second: int | None = None
    weight: int = HEADING
    alternative: str = ""
    """What pictures show, for those who do not see them: found after all that is said."""

    @property
    def told(self) -> str:
        return sentences(self.text, self.alternative) if self.alternative else self.text


class Part(NamedTuple):
    tag: str
    text: str


class PartReader(HTMLParser):
    """Headings, paragraphs and whole lists of rich text, which does not nest them but for lists in lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self._tag = ""
        self._depth = 0
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in PARTS and not self._depth:
            self.finish()
            self._tag = tag
        if tag in PARTS:
            self._depth += 1
        if tag in BETWEEN:
            self._texts.append(BETWEEN[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in PARTS and self._depth:
            self._depth -= 1
            if not self._depth:
                self.finish()

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    def finish(self) -> None:
        if text := clean("".join(self._texts)).removeprefix(ITEM.lstrip()):
            self.parts.append(Part(self._tag or "p", text))
        self._tag, self._texts = "", []


def clean(text: str) -> str:
    return SPACE.sub(" ", INVISIBLE.sub("", text)).strip()


def read_parts(html: str) -> list[Part]:
    reader = PartReader()
    reader.feed(html)
    reader.close()
    reader.finish()
    return reader.parts


def plain(html: Any) -> str:
    """The words of rich text, in one line."""
    return " ".join(part.text for part in read_parts(str(getattr(html, "source", html) or "")))


def under_headings(html: Any) -> Iterator[tuple[str, str]]:
    """Each paragraph or list with the heading that it stands under; a heading with nothing under it by itself."""
    parts = read_parts(str(getattr(html, "source", html) or ""))
    heading = ""
    for part, following in pairwise([*parts, Part("h2", "")]):
        if part.tag not in HEADINGS:
            yield heading, part.text
            continue
        heading = part.text
        if following.tag in HEADINGS:
            yield heading, ""


# --- Blocks of a lesson -----------------------------------------------------------------------------


def read_text(value: Any) -> Iterator[Found]:
    for index, (heading, text) in enumerate(under_headings(value)):
        yield Found(PassageKind.TEXT, heading, text, is_first=index == 0)


def read_figure(value: Any) -> Iterator[Found]:
    """Of views, too."""
    yield from _read_panels(value, value["caption"])


def read_pair(value: Any) -> Iterator[Found]:
    yield from _read_panels(value, value["difference"])


def _read_panels(value: Any, told: Any) -> Iterator[Found]:
    panels = value["panels"]
    said = [" ".join(filter(None, [panel["label"], panel["text"]])) for panel in panels]
    shown = [getattr(panel["image"], "contextual_alt_text", "") or "" for panel in panels]
    text = sentences(plain(told), *said, plain(value["source"]))
    yield Found(PassageKind.FIGURE, text=text, alternative=sentences(*shown))


def read_callout(value: Any) -> Iterator[Found]:
    yield Found(PassageKind.TEXT, text=plain(value["text"]))


def read_table(value: Any) -> Iterator[Found]:
    table = value["table"]
    headings = ", ".join(clean(column["heading"]) for column in table.columns)
    rows = [", ".join(filter(None, (_cell(cell.value) for cell in cells))) for cells in table.rows]
    yield Found(PassageKind.TABLE, clean(table.caption or ""), sentences(headings, *rows, plain(value["source"])))


def read_rates(value: Any) -> Iterator[Found]:
    if table := value.block.make_table(value):
        yield from read_table(table)


def _cell(value: Any) -> str:
    if hasattr(value, "is_given"):
        return f"{value['percent']}%" if value.is_given else ""
    return plain(value)


def read_references(value: Any) -> Iterator[Found]:
    for index, reference in enumerate(value["references"]):
        yield Found(PassageKind.SOURCE, "References", plain(reference), is_first=index == 0, weight=UNHEARD)


def read_video(value: Any) -> Iterator[Found]:
    """The title at the start, and found nowhere else; then what is said, half a minute at a time."""
    video = value["video"]
    if video is None:
        return
    title = clean(video.title)
    yield Found(PassageKind.VIDEO, title, video_id=video.pk, second=0)
    for speech in group_cues(video.cues):
        moment = {"video_id": video.pk, "second": speech.second}
        yield Found(PassageKind.VIDEO, title, speech.text, **moment, weight=UNHEARD)


class Speech(NamedTuple):
    """What is said within half a minute."""

    cues: tuple[Any, ...]

    @property
    def second(self) -> int:
        return int(self.cues[0].start)

    @property
    def text(self) -> str:
        return clean(" ".join(cue.text for cue in self.cues))


def group_cues(cues: Iterable[Any]) -> Iterator[Speech]:
    """Cues have start and end in seconds, and a text."""
    group: list[Any] = []
    for cue in cues:
        if group and cue.end - group[0].start > CUES_SECONDS:
            yield Speech(tuple(group))
            group = []
        group.append(cue)
    if group:
        yield Speech(tuple(group))


# Other kinds of block have no words of their own: what a question teaches is told after it is answered.
READERS: dict[str, Callable[[Any], Iterator[Found]]] = {
    "text": read_text,
    "figure": read_figure,
    "view": read_figure,
    "pair": read_pair,
    "callout": read_callout,
    "table": read_table,
    "rates": read_rates,
    "references": read_references,
    "video": read_video,
}


def sentences(*texts: str) -> str:
    """One after the other, each ended by a mark."""
    return " ".join(text if text[-1] in ".!?" else f"{text}." for text in texts if text)


def read_lesson(lesson: Any) -> Iterator[Found]:
    title = clean(lesson.title)
    yield Found(PassageKind.LOCKED, title, weight=TITLE)
    yield Found(PassageKind.LESSON, title, clean(lesson.summary), weight=TITLE)
    for block in lesson.body:
        if block.block_type == "question" and lesson.is_stepwise:
            return  # what comes after it would tell the answer
        for found in READERS.get(block.block_type, lambda _: iter(()))(block.value):
            if found.heading or found.told:
                yield found._replace(block=str(block.id))


def read_course(course: Any) -> Iterator[Found]:
    about = [plain(course.description), *course.objective_list, clean(course.audience)]
    text = sentences(clean(course.summary), *about)
    yield Found(PassageKind.COURSE, clean(course.title), text, weight=TITLE)


def read_page(kind: str, page: Page) -> Iterator[Found]:
    yield Found(kind, clean(page.title), clean(page.summary), weight=TITLE)
    for part in page.paragraphs:
        yield Found(kind, part.heading, part.text, part.block, is_first=False, alternative=part.alternative)
