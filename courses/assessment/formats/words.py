"""Words with markup, from outside: what a stem can show is kept, what it cannot show refuses the question.

Nothing that runs comes through, and nothing is left out that would change what the words say (10<sup>2</sup> is not
102). Read event by event and never as a tree, so that tags in tags without end cost no more than their letters.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from courses.assessment.errors import NotUnderstood

INLINE = {"strong": "b", "b": "b", "em": "i", "i": "i", "sub": "sub", "sup": "sup", "a": "a"}
PARAGRAPHS = {"p", "div"}
BREAK = "<br/>"
DEEPEST = 50
LONGEST_SOURCE = 60_000
"""Letters, with markup; far more than a question has. What is longer costs more than its length to read."""
# Only their look goes.
UNWRAPPED = {"span", "font", "small", "big", "html", "body", "nobr", "label"}
RUNS = {"script", "style", "iframe", "object", "embed", "svg", "math", "form", "link", "meta", "base", "template"}
ADDRESS = re.compile(r"(?:https?://|mailto:|/(?!/))[^\s<>\"']*", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f]+")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-zA-Z#][a-zA-Z0-9]{1,30};")
ANY_TAG = re.compile(r"(</?[a-zA-Z][^<>]*>)")
LED_TO = re.compile(r" (?:href|linktype|id)=\"[^\"]*\"")
# What a page says about itself: a comment, the conditions that a word processor leaves, a document type.
COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>|(?P<open>.*))", re.DOTALL)
DECLARATION = re.compile(r"<!doctype\b[^<>]*>|<!\[(?:if|endif)\b[^<>]*>|<\?[^<>]*>", re.IGNORECASE)
# Narrower than a browser is. Python's parser reads a tag that does not close, or whose quotes do not, to the end of the
# text, and the next one again; here both end where they seem to.
TAG_BEGIN = re.compile(r"<(?=[a-zA-Z/!?])")
TAG_NAME = re.compile(r"/?[a-zA-Z][^\s<>\"'/=]*")
ATTRIBUTE = re.compile(
    r"""
    (?:[ \t\r\n\f/]+ | (?<=["']))
    [^\s<>"'/=]+
    (?:[ \t\r\n\f]* = [ \t\r\n\f]* (?:"[^"<>]*" | '[^'<>]*' | [^\s<>"']+)?)?
    """,
    re.VERBOSE,
)
TAG_END = re.compile(r"[ \t\r\n\f/]*>")
LONG_NUMBER = re.compile(r"&#[0-9]{20}")
"""Of a letter. Python refuses to read one of thousands of digits."""
# What neither XML nor a page holds.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
SUPERSCRIPT = str.maketrans("0123456789+-\N{MINUS SIGN}=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
SUBSCRIPT = str.maketrans("0123456789+-\N{MINUS SIGN}=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._refuse_what_runs(tag, attrs)
        if tag in PARAGRAPHS:
            self.end_paragraph()
        elif tag == "br":
            self.break_line()
        elif tag in INLINE:
            if len(self.open) >= DEEPEST:
                raise NotUnderstood(_("It holds tags in too many tags."))
            self.begin(INLINE[tag], dict(attrs))
        elif tag not in UNWRAPPED:
            raise NotUnderstood(_("It holds “%(tag)s”, which a question cannot show here.") % {"tag": tag[:20]})

    def _refuse_what_runs(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS or any(name.startswith("on") for name, _value in attrs):
            raise NotUnderstood(_("It holds a script, a style sheet or something else that runs."))

    def handle_endtag(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.end_paragraph()
        elif tag in INLINE and INLINE[tag] in self.open:
            while self.end() != INLINE[tag]:
                pass

    def begin(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.open.append(tag)

    def end(self) -> str:
        return self.open.pop()

    def end_paragraph(self) -> None:
        raise NotImplementedError

    def break_line(self) -> None:
        raise NotImplementedError

    def read(self, source: str) -> None:
        if len(source) > LONGEST_SOURCE:
            raise NotUnderstood(_("A text of it is longer than %(most)d letters.") % {"most": LONGEST_SOURCE})
        self.feed(_leave_out_asides(UNPRINTABLE.sub("", source)))
        self.close()
        self.end_paragraph()


def _leave_out_asides(source: str) -> str:
    """What is left has tags that close and words, and nothing else that the parser would stumble over."""
    if any(found["open"] is not None for found in COMMENT.finditer(source)):
        raise NotUnderstood(_("A comment in it does not end."))
    plain = DECLARATION.sub("", COMMENT.sub("", source))
    if tag := _find_broken_tag(plain)[:20]:
        raise NotUnderstood(_("A tag of it is broken: “%(tag)s”. A < of the text is written &lt;.") % {"tag": tag})
    if LONG_NUMBER.search(plain):
        raise NotUnderstood(_("It holds a letter by a number that no letter has."))
    return plain


def _find_broken_tag(source: str) -> str:
    """From where the first begins; empty where all close."""
    for begin in TAG_BEGIN.finditer(source):
        found = TAG_NAME.match(source, begin.end())
        end = begin.end()
        while found:
            end = found.end()
            found = ATTRIBUTE.match(source, end)
        if end == begin.end() or not TAG_END.match(source, end):
            return source[begin.start() :]
    return ""


class _Marked(_Reader):
    """Paragraphs of the inline markup that a stem has."""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self.parts: list[str] = []

    def begin(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag != "a":
            self.parts.append(f"<{tag}>")
        elif "href" in attrs:
            self.parts.append(f'<a href="{escape(_read_address(attrs["href"] or ""))}">')
        elif "linktype" in attrs:
            raise NotUnderstood(_("It links to a page of the studio. Write the address of the link instead."))
        else:
            return
        self.open.append(tag)

    def end(self) -> str:
        tag = self.open.pop()
        self.parts.append(f"</{tag}>")
        return tag

    def end_paragraph(self) -> None:
        while self.open:
            self.end()
        inner = _trim(self.parts)
        if inner:
            self.paragraphs.append(f"<p>{inner}</p>")
        self.parts = []

    def break_line(self) -> None:
        self.parts.append(BREAK)

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(SPACES.sub(" ", data), quote=False))


def _trim(parts: list[str]) -> str:
    """Without spaces and breaks at either end, whichever way they are mixed."""
    start, end = 0, len(parts)
    while start < end and _is_space(parts[start]):
        start += 1
    while end > start and _is_space(parts[end - 1]):
        end -= 1
    return "".join(parts[start:end]).strip()


def _is_space(part: str) -> bool:
    return part == BREAK or not part.strip()


def _read_address(address: str) -> str:
    plain = address.strip()
    if not ADDRESS.fullmatch(plain):
        raise NotUnderstood(_("A link of it leads neither to the web nor to the academy."))
    return plain


class _Plain(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.address = ""

    def begin(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "a":
            self.address = _read_address(attrs["href"] or "") if "href" in attrs else ""
        self.open.append(tag)

    def end(self) -> str:
        tag = self.open.pop()
        if tag == "a" and self.address:
            self.parts.append(f" ({self.address})")
        return tag

    def end_paragraph(self) -> None:
        while self.open:
            self.end()
        self.parts.append("\n")

    def break_line(self) -> None:
        self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        words = SPACES.sub(" ", data)
        if "sup" in self.open:
            words = _raise(words, SUPERSCRIPT)
        elif "sub" in self.open:
            words = _raise(words, SUBSCRIPT)
        self.parts.append(words)


def _raise(words: str, letters: dict[int, int]) -> str:
    """Where there is a letter for each: a choice is plain words."""
    if any(ord(letter) not in letters for letter in words.replace(" ", "")):
        raise NotUnderstood(
            _("A choice or a rationale is plain words here: “%(words)s” was raised or lowered.") % {"words": words[:40]}
        )
    return words.translate(letters)


# --- The four formats of a text in either file --------------------------------------------------------

AS_HTML, AS_PLAIN, AS_MOODLE, AS_MARKDOWN = "html", "plain", "moodle", "markdown"


def read_marked(source: str, form: str) -> str:
    """The paragraphs of a stem."""
    reader = _Marked()
    reader.read(_to_html(source, form))
    return "".join(reader.paragraphs)


def read_plain(source: str, form: str) -> str:
    """Words alone, a line for each paragraph."""
    if form == AS_PLAIN:
        text = UNPRINTABLE.sub("", source)
    else:
        reader = _Plain()
        reader.read(_to_html(source, form))
        text = "".join(reader.parts)
    return tidy(text)


def read_line(source: str, form: str) -> str:
    return " ".join(read_plain(source, form).split())


def tidy(text: str) -> str:
    """Lines without spaces around them, and none that is empty."""
    lines = (SPACES.sub(" ", line).strip() for line in UNPRINTABLE.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def _to_html(source: str, form: str) -> str:
    if form == AS_MARKDOWN:
        raise NotUnderstood(_("It is written in Markdown. Save it as HTML or plain text."))
    if form == AS_HTML or (form == AS_MOODLE and TAG.search(source)):
        return source
    lines = (escape(line, quote=False) for line in source.strip().splitlines())
    return "<br/>".join(lines)


def to_words(html: str) -> str:
    """For a list: the words of a stem."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", html)).split())


def to_markup(html: str) -> str:
    """For comparing: the words of a stem with what is raised, lowered, stressed or linked, however that is written."""
    parts = ANY_TAG.split(html)
    parts[::2] = [escape(unescape(words), quote=False) for words in parts[::2]]
    parts[1::2] = [_to_mark(tag) for tag in parts[1::2]]
    return " ".join("".join(parts).split())


def _to_mark(tag: str) -> str:
    """A space in place of what begins a line or changes the look alone."""
    name = tag.strip("</>").split()[0].lower()
    if name not in INLINE:
        return " "
    led_to = "".join(sorted(LED_TO.findall(unescape(tag))))
    return f"<{'/' if tag.startswith('</') else ''}{INLINE[name]}{led_to}>"
