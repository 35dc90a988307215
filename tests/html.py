"""Pages compared without the white space that only the indentation of templates brings."""

import re

from bs4 import Tag


def squeezed(text: str) -> str:
    """With one blank for a run of them, as a browser shows it: blanks that do not break stay."""
    return re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")


def words(tag: Tag) -> str:
    """What an element says."""
    return squeezed(tag.get_text())


def flat(html: str) -> str:
    """Without white space beside tags: for pieces of HTML that are looked for in a page that went through this, too."""
    return re.sub(r" ?([<>]) ?", r"\1", squeezed(html))
