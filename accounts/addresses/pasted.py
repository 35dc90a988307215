"""A list of addresses as people paste it: one a line, or with commas or semicolons between, with names or without."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.addresses.fields import AddressField

MOST = 1_000
"""Addresses of one list."""

# What stands between two separators; one within quotes separates nothing.
PART = re.compile(r'(?:"[^"]*"|[^",;]|"(?=[^"]*$))+')
NAMED = re.compile(r"[^<>]*<([^<>]*)>")


@dataclass
class Pasted:
    addresses: list[str] = field(default_factory=list)
    """Each once, in small letters, in the order in which they were pasted."""
    faults: list[str] = field(default_factory=list)
    """A sentence for each part that is no address, with its line."""
    repeated: int = 0


def read_addresses(text: str) -> Pasted:
    pasted, known = Pasted(), set[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        for part in split_line(line):
            try:
                address = read_address(part)
            except ValidationError as error:
                pasted.faults.append(
                    _("Line {line}: “{part}”. {why}").format(line=number, part=part[:80], why=" ".join(error.messages))
                )
                continue
            if address in known:
                pasted.repeated += 1
            else:
                known.add(address)
                pasted.addresses.append(address)
    return pasted


def split_line(line: str) -> list[str]:
    """A name that is written family name first has a comma of its own: Marín, Rosa <rosa@example.org>."""
    parts: list[str] = []
    for part in (found.strip() for found in PART.findall(line)):
        is_named = parts and "@" not in parts[-1] and NAMED.fullmatch(part)
        if is_named:
            parts[-1] = f"{parts[-1]}, {part}"
        elif part:
            parts.append(part)
    return parts


def read_address(part: str) -> str:
    """Raises ValidationError."""
    named = NAMED.fullmatch(part)
    return str(AddressField().clean((named[1] if named else part).strip()))
