"""What a reference is found by: its DOI, its number in PubMed."""

import pytest

from courses.writing.references import find_faults_of_identifiers, link_identifiers


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "Radiology 1999. https://doi.org/10.1148/radiology.1.",
            'Radiology 1999. <a class="id" href="https://doi.org/10.1148/radiology.1">https://doi.org/10.1148/radiology.1</a>.',
        ),
        (
            "doi:10.1007/s00330-020-1",
            '<a class="id" href="https://doi.org/10.1007/s00330-020-1">doi:10.1007/s00330-020-1</a>',
        ),
        ("PMC4712894", '<a class="id" href="https://pmc.ncbi.nlm.nih.gov/articles/PMC4712894/">PMC4712894</a>'),
        (
            "At https://example.org/a?b=1&amp;c.",
            'At <a class="id" href="https://example.org/a?b=1&amp;c">https://example.org/a?b=1&amp;c</a>.',
        ),
        ("(doi:10.1000/x(3))", '(<a class="id" href="https://doi.org/10.1000/x(3)">doi:10.1000/x(3)</a>)'),
        ("https://doi.org/none",) * 2,
        ("PMID: 123456.", '<a class="id" href="https://pubmed.ncbi.nlm.nih.gov/123456/">PMID: 123456</a>.'),
        ('<a href="https://doi.org/10.1/x">https://doi.org/10.1000/x</a>',) * 2,
        ("A &amp; B, doi: nothing",) * 2,
        ("DOI not found",) * 2,
    ],
)
def test_identifier_is_a_link(written, shown):
    assert link_identifiers(written) == shown


@pytest.mark.parametrize("wrong", ["doi:11.1148/x", "https://doi.org/x", "https://doi.org/10.1/x", "DOI: unknown"])
def test_what_is_no_doi_is_told(wrong):
    [told] = find_faults_of_identifiers(f"A title. {wrong}. More.")
    assert "is no DOI" in told


@pytest.mark.parametrize("right", ["doi:10.1148/x.", "https://doi.org/10.1000/x(3)", "DOI not found", "PMID 1", "-"])
def test_what_is_one_or_names_none_is_not_told(right):
    assert list(find_faults_of_identifiers(right)) == []
