"""Text that people's programs saved, as bytes in whatever encoding they chose."""

import codecs
from typing import NamedTuple

BOMS = {  # the longer first: that of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class NotText(ValueError):
    pass


class Decoded(NamedTuple):
    text: str
    is_guess: bool
    """Neither Unicode nor marked as anything: taken for what Windows writes in Western Europe and America."""


def decode(data: bytes) -> Decoded:
    """Raises NotText for a picture, a video, a document of an office program."""
    encoding = next((name for bom, name in BOMS.items() if data.startswith(bom)), None) or _find_utf_16(data)
    try:
        text, is_guess = data.decode(encoding or "utf-8"), False
    except UnicodeDecodeError as error:
        if encoding:
            raise NotText from error
        text, is_guess = _decode_windows(data), True
    if "\0" in text:
        raise NotText
    return Decoded(text, is_guess)


def _find_utf_16(data: bytes) -> str | None:
    """Without its mark every other byte of Western text is zero."""
    for half, name in ((data[1::2], "utf-16-le"), (data[::2], "utf-16-be")):
        if half.count(0) > len(data) / 4:
            return name
    return None


def _decode_windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:  # five bytes stand for nothing there
        return data.decode("latin-1")
