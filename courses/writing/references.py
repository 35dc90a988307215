"""What leads to a published work in the words of a reference: its DOI, its number in PubMed or PMC, an address."""

import re
from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

DOI = re.compile(r"10\.\d{4,9}/\S+")
# As authors write them, whatever stands behind the name of the thing.
NAMED = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*)(?P<doi>[^\s<>\"]*)"
    r"|\bPMID:?\s*(?P<pmid>\d{1,9})\b|\b(?P<pmc>PMC\d{4,9})\b|(?P<address>https?://[^\s<>\"]+)",
    re.IGNORECASE,
)
ANCHOR = re.compile(r"(<a\b.*?</a>)", re.DOTALL | re.IGNORECASE)
# Ends a sentence, and no DOI.
MARKS = ".,;:]"


def trim(words: str) -> str:
    """Without the marks of the sentence around it, such as a bracket that was opened before."""
    while words and (words[-1] in MARKS or (words.endswith(")") and words.count("(") < words.count(")"))):
        words = words[:-1]
    return words


def link_identifiers(html: str) -> SafeString:
    """With a link on each of them that is in none. `html` is rich text as a page shows it."""
    parts = ANCHOR.split(html)
    parts[::2] = (NAMED.sub(_link, part) for part in parts[::2])
    return mark_safe("".join(parts))  # noqa: S308 - as it came, with anchors from format_html


def find_address(text: str) -> str:
    """Where the work that a reference names is found: by its DOI, else in PubMed; empty where it has neither."""
    addresses = sorted(
        filter(None, (_address_of(found) for found in NAMED.finditer(text) if found["doi"] or found["pmid"]))
    )  # those of DOIs come first
    return addresses[0] if addresses else ""


def _link(found: re.Match[str]) -> str:
    words = trim(found[0])
    address = _address_of(found)
    return _anchor(address, words) + found[0][len(words) :] if address else found[0]


def _address_of(found: re.Match[str]) -> str:
    if found["pmid"]:
        return f"https://pubmed.ncbi.nlm.nih.gov/{found['pmid']}/"
    if found["pmc"]:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{found['pmc'].upper()}/"
    if found["address"]:
        return trim(found["address"])
    doi = trim(found["doi"])
    return f"https://doi.org/{doi}" if DOI.fullmatch(doi) else ""


def _anchor(address: str, words: str) -> SafeString:
    # Both stood in HTML.
    return format_html('<a class="id" href="{}">{}</a>', mark_safe(address), mark_safe(words))  # noqa: S308


def find_faults_of_identifiers(text: str) -> Iterator[str]:
    """What is called a DOI in a text, or in an address, and is none."""
    for found in NAMED.finditer(text):
        if found["doi"] is not None and not DOI.fullmatch(trim(found["doi"])):
            told = gettext("“{doi}” is no DOI: one begins with 10 and a point, as in 10.1148/radiol.13122581.")
            yield told.format(doi=found["doi"] or found[0].strip())
