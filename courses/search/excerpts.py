"""What a result shows of its text: the part with the words in it, the words marked."""

from collections.abc import Callable
from urllib.parse import quote

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.search.passages import ITEM
from courses.search.words import read_words

# Letters that an excerpt has at most, and those before the first word that is marked.
LENGTH = 260
LEAD = 60
# Letters of a text that are enough to find it again in the page.
ADDRESS_LENGTH = 70

IsHit = Callable[[str], bool]
Span = tuple[int, int]


def mark(text: str, is_hit: IsHit) -> SafeString:
    return _mark(text, _find(text, is_hit))


def get_excerpt(text: str, is_hit: IsHit) -> SafeString:
    """Where most of the words stand together; the beginning where none does."""
    spans = _find(text, is_hit)
    if len(text) <= LENGTH:
        return _mark(text, spans)
    best = max(spans, key=lambda span: (_count_near(spans, span[0]), -span[0]), default=(0, 0))
    start = _word_start(text, min(max(best[0] - LEAD, 0), len(text) - LENGTH))
    end = max(_word_end(text, start + LENGTH), best[1])
    inside = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
    return format_html("{}{}{}", "… " if start else "", _mark(text[start:end], inside), " …" if end < len(text) else "")


def get_text_address(text: str) -> str:
    """The directive that has a browser go to these words of a page."""
    words = text.partition(ITEM)[0]
    words = words if len(words) <= ADDRESS_LENGTH else words[: _word_end(words, ADDRESS_LENGTH)]
    # A hyphen has a meaning of its own there.
    return f":~:text={quote(words, safe='').replace('-', '%2D')}"


def _find(text: str, is_hit: IsHit) -> list[Span]:
    """Apart from each other and in order, though a hyphenated word is found as a whole and in parts."""
    spans: list[Span] = []
    for word in sorted(word for word in read_words(text) if is_hit(word.stem)):
        if spans and word.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.end))
        else:
            spans.append((word.start, word.end))
    return spans


def _count_near(spans: list[Span], start: int) -> int:
    return sum(start <= other < start + LENGTH - LEAD for other, _ in spans)


def _word_start(text: str, at: int) -> int:
    return text.find(" ", at, at + LEAD) + 1 or at if at else 0


def _word_end(text: str, at: int) -> int:
    return max(text.rfind(" ", at - LEAD, at + 1), 0) or at if at < len(text) else len(text)


def _mark(text: str, spans: list[Span]) -> SafeString:
    ends = [0, *(end for _, end in spans)]
    pieces = [(text[end:a], text[a:b]) for end, (a, b) in zip(ends, spans, strict=False)]
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[ends[-1] :])
