"""The Markdown of content, which the studio's editor keeps unchanged (content/README.md)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import unescape

from django.utils.translation import gettext
from markdown_it import MarkdownIt
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from escan.loader.errors import ContentError

# The subset that the studio's editor keeps unchanged; anything else stays visible as plain text.
_markdown = (
    MarkdownIt("zero")
    .enable(["heading", "list", "emphasis", "link", "escape", "entity"])
    .use(sub_plugin)
    .use(superscript_plugin)
)
# Orders to machines of long ago, and halves of characters.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SCHEMES = ("http", "https", "mailto", "tel")
_HARD_BREAK = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")
_HTML = re.compile(r"(?<!\\)(?<!\]\()<(?:/?[a-zA-Z][\w:-]*(?=[\s/>])[^<>]*>?|!--|!\[CDATA\[|\?\w)")
_LINK = re.compile(r"\]\(\s*<?([^)>\s]*)")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")

_refuses = ContextVar("refuses", default=False)


@contextmanager
def refusing_html() -> Iterator[None]:
    """In here HTML and links that would run something are told as faults; else they are shown as the words they are."""
    token = _refuses.set(True)
    try:
        yield
    finally:
        _refuses.reset(token)


def to_html(text: str) -> str:
    check_markdown(text)
    return str(_markdown.render(text)).strip()


def inline_html(text: object) -> str:
    """One paragraph or several, or a number; never a heading or a list. A stroke at a line's end breaks the line."""
    check_markdown(str(text))
    lines = [" ".join(line.split()) for line in _HARD_BREAK.sub("\\1\0", str(text)).split("\0")]
    return str(_markdown.renderInline("\\\n".join(lines))).replace("<br />\n", "<br/>")


def check_markdown(text: str) -> None:
    """Within `refusing_html`, raises ContentError for HTML, and for links that would run something."""
    if not _refuses.get():
        return
    check_characters(text)
    if found := _HTML.search(text):
        raise ContentError(gettext("there is HTML in the text, “{html}”: write Markdown").format(html=found[0][:60]))
    for found in _LINK.finditer(text):
        address = unescape(re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", found[1])).strip()
        scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", address))
        if scheme and scheme[1].lower() not in SCHEMES:
            told = gettext("a link leads to “{address}”: links begin with https:, http:, mailto:, tel:, / or #")
            raise ContentError(told.format(address=address[:60]))


def check_characters(text: str) -> None:
    """Raises ContentError for what no text has: neither a database nor a page takes it."""
    if found := _CONTROL.search(text):
        raise ContentError(gettext("it holds a character that no text has (U+{code:04X})").format(code=ord(found[0])))


def normalize_link(address: str) -> str:
    """As a link in Markdown has it; empty where no link may lead there."""
    normal = _markdown.normalizeLink(address.strip())
    scheme = _SCHEME.match(normal)
    is_allowed = scheme is None or scheme[1].lower() in SCHEMES
    return normal if is_allowed and _markdown.validateLink(normal) else ""
