"""The words of a lesson that a reader has to read."""

import re
from html.parser import HTMLParser

from courses.writing.rendering import split_blocks

# References are to look things up in, a question is an item, and what is said in a video takes the video's own time.
NOT_READ = {"references", "question", "video"}
# Drawings have numbers on their axes; what only screen readers hear repeats what is seen.
UNSEEN_TAGS = {"svg", "script", "style", "noscript", "template"}
UNSEEN_CLASSES = {"vh"}
# Without an end: nothing stands in them.
VOID = {"br", "hr", "img", "input", "source", "wbr", "track", "col", "area", "embed", "link", "meta"}
WORD = re.compile(r"\w")


def count_words(html: str) -> int:
    """In the published HTML: headings, text, tables with their captions and sources, words at pictures."""
    return sum(_count_visible(inner) for kind, inner in split_blocks(html) if kind not in NOT_READ)


def _count_visible(html: str) -> int:
    reader = VisibleText()
    reader.feed(html)
    reader.close()
    return sum(bool(WORD.search(word)) for word in "".join(reader.texts).split())


class VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._unseen = 0
        """How deep within something that nobody sees."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        if tag in VOID:
            return
        classes = set((dict(attrs).get("class") or "").split())
        if self._unseen or tag in UNSEEN_TAGS or classes & UNSEEN_CLASSES:
            self._unseen += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        if self._unseen and tag not in VOID:
            self._unseen -= 1

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)

    def _part(self, tag: str) -> None:
        """A cell and the next one are two words, while “10<sup>3</sup>” and “<b>m</b>m” are one."""
        if tag not in INLINE_TAGS:
            self.texts.append(" ")


INLINE_TAGS = {"a", "abbr", "b", "em", "i", "strong", "sub", "sup", "u", "wbr"}
