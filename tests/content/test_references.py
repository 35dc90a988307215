"""References of lessons and guides are complete, or say what they lack."""

import re
import sys
from collections import defaultdict

import pytest

from tests.content.references import find_mark, find_missing, find_references
from tests.escan.loader.test_content import REAL

PATHS = sorted([*REAL.glob("courses/*/lessons/*.md"), *REAL.glob("guides/*.md")])
REFERENCES = find_references(PATHS)
DOI = re.compile(r"(?<=doi\.org/)\S+")


def test_every_reference_is_complete_or_marked():
    """Lists those that are marked, which are still to be found: `pytest -rP tests/content`."""
    marked = [reference for reference in REFERENCES if find_mark(reference)]
    sys.stdout.write(f"{len(marked)} of {len(REFERENCES)} references lack something, and say so:\n")
    sys.stdout.writelines(f"- {reference} [{', '.join(REFERENCES[reference])}]\n" for reference in marked)
    lacking = {
        reference: (missing, REFERENCES[reference])
        for reference in REFERENCES
        if not find_mark(reference) and (missing := find_missing(reference))
    }
    assert lacking == {}


def test_one_work_lacks_the_same_wherever_it_is_cited():
    """What was found for one lesson is known in all of them."""
    marks: dict[str, set[str]] = defaultdict(set)
    for reference in REFERENCES:
        if found := DOI.search(reference):
            marks[found[0]].add(find_mark(reference))
    assert {doi: said for doi, said in marks.items() if len(said) > 1} == {}


def test_every_lesson_and_guide_has_references():
    with_some = {name for names in REFERENCES.values() for name in names}
    assert [path.stem for path in PATHS if path.stem not in with_some] == []


COMPLETE = "Kim J, van der Berg-Lee WA Jr, et al. How sure? A study. J Edges. 2019;3:1-9. https://doi.org/10.1/x"


@pytest.mark.parametrize(
    ("reference", "missing"),
    [
        (COMPLETE, []),
        (COMPLETE.replace("https://doi.org/10.1/x", "PMID 123"), []),
        (COMPLETE.replace("https://doi.org/10.1/x", "PMC123"), []),
        (COMPLETE.replace(" https://doi.org/10.1/x", ""), ["DOI, PMID or address"]),
        (COMPLETE.replace("2019;3:1-9.", "3:1-9."), ["year"]),
        (COMPLETE.replace("https://doi.org/10.1/x", "https://a.example/2019").replace("2019;", ""), ["year"]),
        ("How sure can one be? J Edges. 2019;3:1. PMID 1", ["author", "journal or publisher"]),
        ("Kim J, Berg W. How sure can one be. 2019. PMID 1", ["journal or publisher"]),
        ("American College of Radiology. Manual. 5th edition. 2013. https://acr.example", []),
        ("American College of Radiology. 2013. https://acr.example", ["journal or publisher"]),
        ("Some page. https://a.example", ["author", "journal or publisher", "year"]),
        ("", ["author", "journal or publisher", "year", "DOI, PMID or address"]),
    ],
)
def test_what_a_reference_lacks(reference, missing):
    assert find_missing(reference) == missing


@pytest.mark.parametrize(
    ("reference", "mark"),
    [
        ("Title. (incomplete: authors not found)", "authors not found"),
        ("Title. (incomplete: )", ""),
        ("Title. (incomplete: authors) More.", ""),
        ("Title. Incomplete.", ""),
    ],
)
def test_what_says_that_it_lacks_something(reference, mark):
    assert find_mark(reference) == mark
