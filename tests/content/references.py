"""What a reference in a lesson or a guide lacks, unless it says so itself: “(incomplete: DOI not found)”."""

import re
from collections import defaultdict
from pathlib import Path

BLOCK = re.compile(r"^::: *references\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"\(incomplete: ([^()]*\w[^()]*)\)$")
IDENTIFIER = re.compile(r"https?://\S+|\bPMID \d+|\bPMC\d+")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
WORDS = re.compile(r"[^\W\d_]{2}")
# As in “Øynes M”, “van Doorne-Nagtegaal HJ”, “Franken EA Jr”; and who else signs what they publish.
PERSON = re.compile(r"[^\W\d_][\w'\u2019-]*(?: [^\W\d_][\w'\u2019-]+)* [A-Z]{1,4}(?: Jr)?(?:,|$)")
BODY = re.compile(
    r"(?:\b(?:Administration|Agency|College|Initiative|International|Library|Panel|Society|Task Force)\b|^HL7|-info$)"
)


def find_references(paths: list[Path]) -> dict[str, list[str]]:
    """Each reference once, with the names of the files that have it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for block in BLOCK.findall(path.read_text(encoding="utf-8")):
            for item in re.split(r"^- ", block, flags=re.MULTILINE)[1:]:
                found[" ".join(item.split())].append(path.stem)
    return dict(found)


def find_mark(reference: str) -> str:
    """What it says that it lacks; nothing where it says nothing."""
    mark = MARK.search(reference)
    return mark[1] if mark else ""


def find_missing(reference: str) -> list[str]:
    """Of author, journal or publisher, year, and DOI, PMID, PMC or address. A body publishes what it signs."""
    said = IDENTIFIER.sub("", reference)
    before_year = re.split(r"\b(?:19|20)\d\d\b[;.,(]?", said)[0] if YEAR.search(said) else said
    parts = [part for part in re.split(r"[.?!][\"”]? ", before_year) if WORDS.search(part)]
    author = parts[0].rstrip(".") if parts else ""
    is_person, is_body = bool(PERSON.match(author)), bool(BODY.search(author))
    checks = {
        "author": is_person or is_body,
        "journal or publisher": len(parts) >= (2 if is_body and not is_person else 3),
        "year": bool(YEAR.search(said)),
        "DOI, PMID or address": bool(IDENTIFIER.search(reference)),
    }
    return [name for name, is_there in checks.items() if not is_there]
