"""What identifies a published work in the words of a reference: a DOI, or the number that PubMed gives it."""

import re
from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

DOI = re.compile(r"10\.\d{4,9}/\S+")
# As authors write them, whatever stands behind the name of the thing.
NAMED = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*)(?P<doi>[^\s<>\"]*)|\bPMID:?\s*(?P<pmid>\d{1,9})\b", re.IGNORECASE
)
ANCHOR = re.compile(r"(<a\b.*?</a>)", re.DOTALL | re.IGNORECASE)
# Ends a sentence, and no DOI.
MARKS = ".,;:)]"


def link_identifiers(html: str) -> SafeString:
    """With a link on each DOI and PMID that is in none. `html` is rich text as a page shows it."""
    parts = ANCHOR.split(html)
    parts[::2] = (NAMED.sub(_link, part) for part in parts[::2])
    return mark_safe("".join(parts))  # noqa: S308 - as it came, with anchors from format_html


def find_address(text: str) -> str:
    """Where the work that a reference names is found: by its DOI, else in PubMed; empty where it has neither."""
    addresses = sorted(filter(None, map(_address_of, NAMED.finditer(text))))  # those of DOIs come first
    return addresses[0] if addresses else ""


def _address_of(found: re.Match[str]) -> str:
    if found["pmid"]:
        return f"https://pubmed.ncbi.nlm.nih.gov/{found['pmid']}/"
    doi = found["doi"].rstrip(MARKS)
    return f"https://doi.org/{doi}" if DOI.fullmatch(doi) else ""


def _link(found: re.Match[str]) -> str:
    if not (address := _address_of(found)):
        return found[0]
    words = found[0].rstrip(MARKS)
    return _anchor(address, words) + found[0][len(words) :]


def _anchor(address: str, words: str) -> SafeString:
    # Both stood in HTML.
    return format_html('<a class="id" href="{}">{}</a>', mark_safe(address), mark_safe(words))  # noqa: S308


def find_faults_of_identifiers(text: str) -> Iterator[str]:
    """What is called a DOI in a text, or in an address, and is none."""
    for found in NAMED.finditer(text):
        if found["doi"] is not None and not DOI.fullmatch(found["doi"].rstrip(MARKS)):
            told = gettext("“{doi}” is no DOI: one begins with 10 and a point, as in 10.1148/radiol.13122581.")
            yield told.format(doi=found["doi"] or found[0].strip())
