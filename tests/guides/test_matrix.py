"""The matrix of forms and distributions: what its cells say, and what stands behind them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.html import conditional_escape

from guides.matrix import Pair, draw_matrix, read_matrix
from imaging.evidence.lookup import get_evidence, get_matrix, make_range, rates_of
from imaging.evidence.records import Study

PAIRS = {pair.key: pair for row in draw_matrix().rows for pair in row.pairs}
DASH = "\N{EN DASH}"


def test_matrix_has_every_pair_and_both_margins():
    matrix = draw_matrix()
    assert matrix.headings == ["Any distribution", "Diffuse", "Regional", "Grouped", "Linear", "Segmental"]
    assert [row.name for row in matrix.rows] == [
        "Round and punctate",
        "Amorphous",
        "Coarse heterogeneous",
        "Fine pleomorphic",
        "Fine linear or branching",
        "Any form",
    ]
    assert [pair.key for pair in matrix.rows[1].pairs] == [
        f"amorphous-{name}" for name in ("any", "diffuse", "regional", "grouped", "linear", "segmental")
    ]
    assert [pair.key for pair in matrix.rows[-1].pairs][:2] == ["any-any", "any-diffuse"]
    assert len(PAIRS) == 36


def test_ranges_are_those_of_the_data():
    for row in get_matrix().rows:
        for cell in row.cells:
            pair = PAIRS[f"{cell.morphology.key}-{cell.distribution.key}"]
            assert (pair.range, pair.category) == (cell.range, cell.category)
        assert PAIRS[f"{row.morphology.key}-any"].range == row.range
    for column in get_matrix().columns:
        assert PAIRS[f"any-{column.distribution.key}"].range == column.range
    assert [rate.study.key for rate in PAIRS["any-any"].range.rates] == [
        rate.study.key for rate in rates_of("all") if rate.is_in_range
    ]


def test_pairs_have_names():
    names = ["amorphous-grouped", "amorphous-any", "any-grouped", "any-any"]
    assert [PAIRS[key].name for key in names] == [
        "Amorphous, grouped",
        "Amorphous, any distribution",
        "Any form, grouped",
        "All calcifications",
    ]


def test_two_cohorts_of_one_paper_are_one_study():
    pair = PAIRS["amorphous-diffuse"]
    assert [rate.study.name for rate in pair.range.rates] == ["Choi 2021, A", "Choi 2021, B", "Kim 2023"]
    assert (pair.range.words, pair.studies) == (f"0{DASH}2.6", 2)


def test_line_reaches_as_far_as_the_intervals():
    assert PAIRS["amorphous-grouped"].reach == (Decimal("1.3"), Decimal("10.2"))
    assert PAIRS["amorphous-linear"].reach == (Decimal("13.3"), Decimal("42.1"))
    # Three rates, and none with an interval.
    assert PAIRS["amorphous-diffuse"].reach is None
    assert PAIRS["fine-linear-grouped"].reach is None


def test_what_was_studied_most_is_shown_first():
    assert draw_matrix().first.key == "amorphous-grouped"


def test_what_nobody_counted_is_counted():
    matrix = draw_matrix()
    assert (len(matrix.uncounted), len(matrix.pairs)) == (20, 25)
    assert {pair.key for pair in matrix.pairs} - {pair.key for pair in matrix.uncounted} == {
        f"amorphous-{name}" for name in ("diffuse", "regional", "grouped", "linear", "segmental")
    }


def test_pair_that_nobody_counted_names_what_was_counted_nearby():
    assert [pair.key for pair in PAIRS["fine-linear-segmental"].nearby] == ["fine-linear-any", "any-segmental"]
    # No series counts diffuse calcifications of any form.
    assert [pair.key for pair in PAIRS["fine-linear-diffuse"].nearby] == ["fine-linear-any"]
    assert PAIRS["amorphous-linear"].nearby == ()


def test_note_of_a_category_is_that_of_the_data():
    for row in get_matrix().rows:
        for cell in row.cells:
            assert PAIRS[f"{cell.morphology.key}-{cell.distribution.key}"].note == cell.note
    assert PAIRS["fine-pleomorphic-segmental"].category == ""
    assert PAIRS["round-regional"].category == ""


def test_margin_of_a_benign_form_has_no_category():
    """Beside nine percent malignant a 2 would be read as its category in every distribution."""
    assert (PAIRS["round-any"].category, PAIRS["amorphous-any"].category) == ("", "4B")
    assert PAIRS["round-any"].note == "Benign where diffuse; the arrangement and any change decide the rest."


def values(pair: Pair) -> list[tuple[str, str]]:
    return [(conditional_escape(row.study), row.n) for row in pair.rows]


def test_studies_stand_in_a_table_and_lead_to_the_reference():
    """Those of the range first, then what stands beside it."""
    pair = PAIRS["amorphous-linear"]
    link = '<a href="https://doi.org/10.1016/j.ejrad.2023.110795">Kim 2023</a>'
    assert [row.told for row in pair.rows] == [
        f"<b>25%</b> 13.3{DASH}42.1",
        "<b>11.1%</b>",
    ]
    assert values(pair) == [
        ("Oligane 2018", "32 lesions"),
        (link, "367 lesions in all, counted with segmental"),
    ]


def test_place_is_told_of_a_study_without_a_link():
    """A link leads to the place; where each interval comes from is told of all."""
    told = PAIRS["amorphous-linear"].sources
    assert "Oligane HC, Radiology 2018." in told
    assert "Eur J Radiol 2023" not in told
    assert told.endswith("calculated by eScan Academy: from counts, Oligane 2018 (8 of 32).")


def test_pair_that_nobody_counted_has_no_studies():
    assert PAIRS["fine-linear-diffuse"].rows == []


def test_name_of_a_study_is_no_markup():
    (rate,) = PAIRS["amorphous-segmental"].range.rates
    study = replace(rate.study, name="<b>X</b>", url='https://example.org/"onclick="x')
    for linked, expected in (
        (study, '<a href="https://example.org/&quot;onclick=&quot;x">&lt;b&gt;X&lt;/b&gt;</a>'),
        (replace(study, url=""), "&lt;b&gt;X&lt;/b&gt;"),
    ):
        pair = replace(PAIRS["amorphous-segmental"], range=make_range([replace(rate, study=linked)]))
        assert values(pair)[0][0] == expected


@pytest.mark.parametrize("study", get_evidence().studies.values(), ids=lambda study: study.key)
def test_link_of_a_study_is_an_address(study: Study):
    assert study.link == "" or study.link.startswith("https://")


def test_search_finds_a_paragraph_a_row():
    told = dict(read_matrix())
    assert list(told)[1] == "Amorphous by distribution"
    assert "Amorphous, linear: 25 percent malignant (Oligane 2018). Amorphous, segmental: 28.6" in told[list(told)[1]]
    assert told["Fine pleomorphic by distribution"].endswith("Fine pleomorphic, segmental: no series found.")
