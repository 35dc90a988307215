"""Rich text as Markdown: the way back of `escan.loader.markdown`, whose `to_html` reads it again.

What both the studio's editor and Markdown know is written: headings of two levels, paragraphs, lists, bold, italic, sub
and sup, links, and breaks within a line. White space is one space, and marks never begin or end with one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html.parser import HTMLParser
from itertools import groupby, product
from typing import Any, NamedTuple

from django.utils.translation import gettext
from wagtail.models import Page

from escan.loader.errors import ContentError
from escan.loader.prose import inline_html, normalize_link, to_html

SPACE = " \t\n\r\f"
BREAK = "\n"
ENTITY = re.compile(r"&(?=#?\w+;)")
TAG = re.compile(r"<(?=[a-zA-Z/!?])")
SPECIAL = re.compile(r"[\\`*_\[\]~^<>&]")
LINE_START = re.compile(r"^(\s*\d*)([-+#]|(?<=\d)[.)])", re.MULTILINE)
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}


class Marks(NamedTuple):
    """In the order in which they are written, from the outside."""

    link: str = ""
    bold: bool = False
    italic: bool = False
    script: str = ""


NONE = Marks()
Letter = tuple[str, Marks]
Line = tuple[Letter, ...]


class Item(NamedTuple):
    words: Line
    lists: "tuple[Part, ...]" = ()


class Part(NamedTuple):
    """A paragraph or heading with its words, or a list with its items."""

    kind: str
    words: Line = ()
    items: tuple[Item, ...] = ()


# --- Reading HTML ---------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self.kind = "p"
        self.letters: list[Letter] = []
        self.marks: list[tuple[str, Marks]] = []
        self.lists: list[tuple[str, list[tuple[Line, list[Part]]]]] = []

    @property
    def now(self) -> Marks:
        return self.marks[-1][1] if self.marks else NONE

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("b", "strong"):
            self.mark(tag, self.now._replace(bold=True))
        elif tag in ("i", "em"):
            self.mark(tag, self.now._replace(italic=True))
        elif tag in ("sub", "sup"):
            self.mark(tag, self.now._replace(script=tag))
        elif tag == "a":
            self.mark(tag, self.now._replace(link=find_address({name: value or "" for name, value in attrs})))
        elif tag == "br":
            self.letters.append((BREAK, NONE))
        elif tag in ("ul", "ol"):
            self.end_words()
            self.lists.append((tag, []))
        elif tag == "li" and self.lists:
            self.end_words()
            self.lists[-1][1].append(((), []))
        elif tag == "p" or tag in HEADINGS:
            self.end_words()
            self.kind = HEADINGS.get(tag, "p")

    def mark(self, tag: str, marks: Marks) -> None:
        self.marks.append((tag, marks))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.end_words()
            kind, items = self.lists.pop()
            ended = Part(kind, items=tuple(Item(words, tuple(lists)) for words, lists in items))
            (self.lists[-1][1][-1][1] if self.lists and self.lists[-1][1] else self.parts).append(ended)
        elif tag in ("li", "p") or tag in HEADINGS:
            self.end_words()
            self.kind = "p"
        elif any(tag == opened for opened, _ in self.marks):
            while self.marks.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        marks = self.now
        self.letters += [(" " if letter in SPACE else letter, marks) for letter in data]

    def end_words(self) -> None:
        words = tidy(self.letters, keeps_breaks=self.kind == "p")
        self.letters = []
        if not words:
            return
        if self.lists and self.lists[-1][1]:
            before, lists = self.lists[-1][1][-1]
            joined = (*before, (BREAK, NONE), *words) if before else words
            self.lists[-1][1][-1] = (joined, lists)
        else:
            self.parts.append(Part(self.kind, words))


def find_address(attributes: dict[str, str]) -> str:
    """Where a link leads; a page of the academy is known by its address elsewhere, and a page that is gone by none."""
    if attributes.get("linktype") == "page":
        page = Page.objects.filter(pk=int(attributes["id"])).first()
        return str(page.specific.get_url() or "") if page else ""
    return normalize_link(attributes.get("href", ""))


def tidy(letters: Sequence[Letter], *, keeps_breaks: bool) -> Line:
    """One space where there are several, none at the ends of a line, and with the marks that both neighbors have."""
    kept: list[Letter] = []
    for letter, marks in letters:
        if letter == BREAK and not keeps_breaks:
            letter = " "
        at_start = not kept or kept[-1][0] in (" ", BREAK)
        if letter == " " and at_start:
            continue
        if letter == BREAK:
            while kept and kept[-1][0] == " ":
                kept.pop()
            if not kept:
                continue
        kept.append((letter, marks))
    while kept and kept[-1][0] in (" ", BREAK):
        kept.pop()
    return tuple(_mark_space(kept, place) for place in range(len(kept)))


def _mark_space(letters: Sequence[Letter], place: int) -> Letter:
    letter, marks = letters[place]
    if letter not in (" ", BREAK):
        return letter, marks
    before, after = letters[place - 1][1], letters[place + 1][1]
    shared: list[Any] = [mine if mine == other else type(mine)() for mine, other in zip(before, after, strict=True)]
    return letter, Marks(*shared) if letter == " " else NONE


def read_html(html: str) -> list[Part]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_words()
    return reader.parts


# --- Writing Markdown -------------------------------------------------------------------------------------


class Style(NamedTuple):
    """How carefully it is written: plain, where that is read as it was meant."""

    escapes: bool
    italic: str
    spells_neighbors: bool
    """Whether a letter beside a mark that would not be one is written by its number."""


STYLES = [Style(*each) for each in product((False, True), "*_", (False, True))]


def to_markdown(html: str) -> str:
    """Parts with an empty line between."""
    written: list[str] = []
    before: tuple[str, str] | None = None
    for part in read_html(html):
        if part.kind in ("ul", "ol"):
            mark = _choose_mark(part.kind, before)
            before = part.kind, mark
            written.append("\n".join(_write_list(part, mark)))
        else:
            before = None
            opening = {"h2": "## ", "h3": "### "}.get(part.kind, "")
            written.append(opening + _write(part.words, partial(_reads_as_part, part.kind, opening)))
    return "\n\n".join(written)


def to_inline_markdown(html: str) -> str:
    """Words within a paragraph that something else has."""
    parts = read_html(html)
    letters: list[Letter] = []
    for words in (words for part in parts for words in _flatten(part)):
        letters += [(BREAK, NONE), *words] if letters else words
    return _write(tuple(letters), _reads_inline)


def _flatten(part: Part) -> Iterator[Line]:
    if part.words:
        yield part.words
    for item in part.items:
        yield item.words
        for inner in item.lists:
            yield from _flatten(inner)


def _choose_mark(kind: str, before: tuple[str, str] | None) -> str:
    """Another one than that of a list right before, or both would be one list."""
    marks = ("-", "*") if kind == "ul" else (".", ")")
    return marks[1] if before == (kind, marks[0]) else marks[0]


def _write_list(part: Part, mark: str) -> Iterator[str]:
    for number, item in enumerate(part.items, start=1):
        opening = f"{mark} " if part.kind == "ul" else f"{number}{mark} "
        words = _write(item.words, partial(_reads_as_item, opening)) if item.words else ""
        inner = [line for each in item.lists for line in _write_list(each, _choose_mark(each.kind, None))]
        lines = [*words.split("\n"), *inner]
        yield (opening + lines[0]).rstrip()
        yield from (" " * len(opening) + line for line in lines[1:])


def _reads_as_part(kind: str, opening: str, words: Line, text: str) -> bool:
    return read_html(to_html(opening + text)) == [Part(kind, words)]


def _reads_as_item(opening: str, words: Line, text: str) -> bool:
    kind = "ol" if opening[0].isdigit() else "ul"
    lines = text.replace("\n", "\n" + " " * len(opening))
    return read_html(to_html(opening + lines)) == [Part(kind, items=(Item(words),))]


def _reads_inline(words: Line, text: str) -> bool:
    return read_html(inline_html(text)) == ([Part("p", words)] if words else [])


def _write(words: Line, reads: Callable[[Line, str], bool]) -> str:
    if not words:
        return ""
    for style in STYLES:
        text = _emit(words, style)
        if reads(words, text):
            return text
    plain = "".join(letter for letter, _ in words)
    raise ContentError(gettext("these words cannot be written as Markdown: “{words}”").format(words=plain[:80]))


def _emit(words: Line, style: Style) -> str:
    text = "".join(_emit_group(words, 0, style))
    if style.escapes:
        text = LINE_START.sub(r"\1\\\2", text)
        text = re.sub(r"#(?=\s*$)", r"\\#", text, flags=re.MULTILINE)
    return text.replace(":::", "&#58;::")


def _emit_group(words: Sequence[Letter], level: int, style: Style) -> Iterator[str]:
    if level == len(Marks._fields):
        yield _escape("".join(letter for letter, _ in words), style)
        return
    groups = [(value, list(run)) for value, run in groupby(words, key=lambda letter: letter[1][level])]
    for place, (value, run) in enumerate(groups):
        inner = "".join(_emit_group(run, level + 1, style))
        if value:
            inner = _wrap(level, value, inner, "".join(letter for letter, _ in run), style)
        elif style.spells_neighbors:
            inner = _spell(inner, run, is_first=place == 0, is_last=place == len(groups) - 1)
        yield inner


def _wrap(level: int, value: object, inner: str, plain: str, style: Style) -> str:
    if level == 0:
        return f"[{inner}]({_write_address(str(value))})"
    if level == 1:
        return f"**{inner}**"
    if level == 2:
        return f"{style.italic}{inner}{style.italic}"
    mark = "~" if value == "sub" else "^"
    return mark + re.sub(r"([\\ ~^*_\[\]<`])", r"\\\1", plain) + mark


def _spell(inner: str, run: Sequence[Letter], *, is_first: bool, is_last: bool) -> str:
    first, last = run[0][0], run[-1][0]
    if not is_last and last.isalnum() and inner.endswith(last):
        inner = f"{inner[:-1]}&#{ord(last)};"
    if not is_first and first.isalnum() and inner.startswith(first):
        inner = f"&#{ord(first)};{inner[1:]}"
    return inner


def _escape(text: str, style: Style) -> str:
    text = SPECIAL.sub(r"\\\g<0>", text) if style.escapes else TAG.sub(r"\\<", ENTITY.sub(r"\\&", text))
    return text.replace("\xa0", "&nbsp;").replace(BREAK, "\\\n")


def _write_address(address: str) -> str:
    address = ENTITY.sub("&amp;", address).replace("\\", "\\\\")
    return f"<{address}>" if re.search(r"[()\s<>]", address) or not address else address
