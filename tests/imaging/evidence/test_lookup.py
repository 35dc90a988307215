"""The academy's data, with numbers checked by hand against the sources that they name."""

from decimal import Decimal
from pathlib import Path

import pytest

from imaging.evidence.lookup import (
    ALL,
    find_rates,
    get_evidence,
    get_matrix,
    list_descriptors,
    make_range,
    range_of,
    rates_of,
)
from imaging.evidence.records import FORMS, Kind, Source

CONTENT = Path(__file__).resolve().parents[3] / "content" / "courses"


def told(rates):
    return [(rate.study.name, str(rate.percent)) for rate in rates]


def rate_of(study, **subject):
    """The one of the whole series."""
    (rate,) = (rate for rate in find_rates(**subject) if rate.study.key == study and not (rate.part or rate.is_shared))
    return rate


def test_lexicon_has_nine_benign_and_four_suspicious_forms_and_five_distributions():
    names = {kind: [word.key for word in list_descriptors(kind)] for kind in Kind}
    assert names[Kind.BENIGN] == [
        "skin",
        "vascular",
        "popcorn",
        "rod-like",
        "round",
        "rim",
        "dystrophic",
        "milk-of-calcium",
        "suture",
    ]
    assert names[Kind.SUSPICIOUS] == ["amorphous", "coarse-heterogeneous", "fine-pleomorphic", "fine-linear"]
    assert names[Kind.DISTRIBUTION] == ["diffuse", "regional", "grouped", "linear", "segmental"]
    assert [word.category for word in list_descriptors(Kind.SUSPICIOUS)] == ["4B", "4B", "4B", "4C"]


def test_every_form_and_distribution_says_what_one_sees_and_writes_and_has_a_drawing():
    for word in list_descriptors(Kind.BENIGN, Kind.SUSPICIOUS, Kind.DISTRIBUTION):
        assert word.text.endswith(".") and word.write.endswith("."), word.key
        course, _, figure = word.drawing.partition("/")
        assert (CONTENT / course / "figures" / figure).is_file(), word.key


def test_categories_wait_for_the_book():
    edition = get_evidence().edition
    assert (edition.name, edition.checked) == ("BI-RADS, 5th edition (2013)", False)


def test_old_words_lead_to_one_word_of_the_lexicon():
    old = [old for word in list_descriptors() for old in word.old_words]
    assert len(old) == len(set(old))
    assert {"clustered", "casting", "indistinct", "eggshell"} <= set(old)


def test_every_study_is_used_and_can_be_found_or_says_what_was_not_seen():
    evidence = get_evidence()
    used = {rate.study.key for rate in evidence.rates}
    assert used == set(evidence.studies)
    for study in evidence.studies.values():
        assert study.journal and study.year and study.counted and study.read
        assert (study.n or 100) >= 100, "the rule at the head of studies.yaml"


def test_citation_is_a_whole_reference():
    studies = get_evidence().studies
    assert studies["menezes-2018"].citation == (
        "Menezes GLG, Winter-Warnars GAO, Koekenbier EL, Groen EJ, Verkooijen HM, Pijnappel RM. Simplifying Breast "
        "Imaging Reporting and Data System classification of mammograms with pure suspicious calcifications. "
        "J Med Screen. 2018;25:82-87. PMID 28691862. https://doi.org/10.1177/0969141317715281"
    )
    assert studies["chan-2009"].citation.endswith(
        "Hong Kong J Radiol. 2009;11:149-153. https://www.hkjr.org/article/v11n4/stratifying"
    )
    assert "mammography? Acta Radiol. 2018. https" in studies["kim-2018"].citation


@pytest.mark.parametrize(
    ("study", "subject", "low", "high", "source"),
    [
        ("oligane-2018", {"morphology": "amorphous"}, "7.9", "13.5", Source.PUBLISHED),
        ("kim-2018", {"morphology": "amorphous"}, "4.5", "11.3", Source.IMPLIED),
        ("kim-2018", {"morphology": "coarse-heterogeneous"}, "6.0", "25.2", Source.IMPLIED),
        ("kim-2023", {"morphology": "amorphous"}, "3.3", "7.9", Source.IMPLIED),
        ("oligane-2018", {"morphology": "amorphous", "distribution": "segmental"}, "13.8", "50.0", Source.COUNTS),
        ("iwase-2017", {"morphology": "amorphous", "distribution": "grouped"}, "1.3", "5.9", Source.COUNTS),
        ("fung-2024", {"morphology": "amorphous", "distribution": "grouped"}, "1.8", "9.3", Source.COUNTS),
        ("chan-2009", {}, "16.1", "24.0", Source.COUNTS),
        ("menezes-2018", {}, "41.1", "49.9", Source.COUNTS),
        ("menezes-2018", {"category": "category-3"}, "24", "39", Source.PUBLISHED),
        ("liberman-1998", {"category": "category-4"}, "29.1", "38.9", Source.COUNTS),
        ("kaltenbach-2017", {"distribution": "regional"}, "28.6", "37.8", Source.PERCENT),
    ],
)
def test_interval_of_a_series(study, subject, low, high, source):
    interval = rate_of(study, **subject).interval
    assert (interval.low, interval.high, interval.source) == (Decimal(low), Decimal(high), source)


def test_contrary_series_stands_beside_the_others():
    """Burnside: coarse heterogeneous below amorphous, and the percent that its counts contradict read with caution."""
    amorphous = rate_of("burnside-2005", morphology="amorphous")
    assert rate_of("burnside-2005", morphology="coarse-heterogeneous").percent < amorphous.percent == Decimal("13.3")
    assert (amorphous.interval, (amorphous.malignant, amorphous.n)) == (None, (4, 26))
    assert amorphous.misprint == (
        "The abstract of Burnside 2005 prints 4 of 26 beside 13.3 percent, which is 15.4: read it with caution."
    )
    later = [rate_of("burnside-2007", morphology=key) for key in ("fine-pleomorphic", "fine-linear")]
    assert [(rate.percent, rate.study.is_read) for rate in later] == [(29, False), (53, False)]


def test_kim_2023_is_told_whole():
    parts = [(rate.part, str(rate.percent)) for rate in rates_of("amorphous") if rate.study.key == "kim-2023"]
    assert parts == [
        ("every particle amorphous", "23.3"),
        ("more than half amorphous", "5.6"),
        ("", "5.2"),
        ("mostly punctate", "1.0"),
    ]


def test_what_was_averaged_or_called_otherwise_says_so():
    chan = [rate.note for rate in get_evidence().rates if rate.study.key == "chan-2009" and rate.morphologies]
    assert chan == ["averaged over three observers"] * 5
    assert rate_of("rominger-2012", morphology="fine-pleomorphic").note == "called “pleomorphic”"


@pytest.mark.parametrize(
    ("key", "words", "lowest", "highest"),
    [
        ("amorphous", "5.2\N{EN DASH}28.4", "Kim 2023", "Shen 2021"),
        ("coarse-heterogeneous", "7.1\N{EN DASH}22.1", "Burnside 2005", "Choi 2021, B"),
        ("fine-pleomorphic", "29\N{EN DASH}78.8", "Burnside 2007", "Choi 2021, A"),
        ("fine-linear", "53\N{EN DASH}86", "Burnside 2007", "Chan 2009"),
        ("segmental", "42", "Eur J Radiol 2017", "Eur J Radiol 2017"),
        ("category-4a", "16\N{EN DASH}17.7", "Eur J Radiol 2017", "Kim 2018, called 4A"),
        (ALL, "15.2\N{EN DASH}45.5", "Choi 2021, B", "Menezes 2018"),
    ],
)
def test_range_goes_from_the_lowest_to_the_highest_published(key, words, lowest, highest):
    found = range_of(key)
    assert (found.words, found.lowest.study.name, found.highest.study.name) == (words, lowest, highest)


def test_range_leaves_out_masses_textbooks_parts_and_what_is_counted_together():
    others = {(rate.study.key, rate.part) for rate in range_of("fine-linear").others}
    assert others == {
        ("chula-2015", ""),
        ("kim-2018", ""),
        ("liberman-1998", ""),
        ("kaltenbach-2017", ""),
        ("atlas-2013", ""),
    }
    assert told(range_of("segmental").with_masses) == [("Chula Med J 2015", "76.5"), ("Liberman 1998", "74")]
    assert all(rate.study.key != "kim-2023" or not rate.part for rate in range_of("amorphous").rates)


def test_range_without_a_series_is_empty():
    found = range_of("vascular")
    assert (found.is_empty, found.words, found.lowest, found.highest) == (True, "", None, None)
    assert make_range([]).is_empty


def test_a_form_alone_is_not_the_form_in_a_distribution():
    assert all(not rate.distributions for rate in rates_of("amorphous"))
    assert all(not rate.morphologies for rate in rates_of("grouped"))
    assert all(not (rate.morphologies or rate.distributions or rate.categories) for rate in rates_of(ALL))


def test_rates_come_from_the_highest():
    for word in list_descriptors():
        percents = [rate.percent for rate in rates_of(word.key)]
        assert percents == sorted(percents, reverse=True)


def test_unknown_descriptor_is_an_error():
    with pytest.raises(KeyError):
        rates_of("amorphus")


def cell(form, distribution):
    (row,) = (row for row in get_matrix().rows if row.morphology.key == form)
    (found,) = (cell for cell in row.cells if cell.distribution.key == distribution)
    return found


def test_matrix_is_forms_by_distributions():
    matrix = get_matrix()
    assert [row.morphology.key for row in matrix.rows] == [
        "round",
        "amorphous",
        "coarse-heterogeneous",
        "fine-pleomorphic",
        "fine-linear",
    ]
    columns = [column.distribution.key for column in matrix.columns]
    assert columns == ["diffuse", "regional", "grouped", "linear", "segmental"]
    assert all([cell.distribution.key for cell in row.cells] == columns for row in matrix.rows)
    assert [row.range.words for row in matrix.rows] == [range_of(row.morphology.key).words for row in matrix.rows]
    assert [column.range.words for column in matrix.columns] == [
        "",
        "13.2\N{EN DASH}33",
        "16.1\N{EN DASH}22",
        "55",
        "42",
    ]


@pytest.mark.parametrize(
    ("distribution", "words", "studies", "others"),
    [
        ("diffuse", "0\N{EN DASH}2.6", ["Choi 2021, A", "Choi 2021, B", "Kim 2023"], []),
        (
            "regional",
            "3.1\N{EN DASH}6.8",
            ["Kim 2018, called 4A", "Kim 2023", "Choi 2021, A", "Choi 2021, B"],
            [],
        ),
        (
            "grouped",
            "2.8\N{EN DASH}7",
            ["Oligane 2018", "Kim 2018, called 4A", "Kim 2023", "Fung 2024", "Iwase 2017"],
            [("Oligane 2018", "25.0"), ("Oligane 2018", "3.1")],
        ),
        ("linear", "25", ["Oligane 2018"], [("Kim 2023", "11.1")]),
        ("segmental", "28.6", ["Oligane 2018"], [("Kim 2023", "11.1")]),
    ],
)
def test_cell_of_amorphous_has_its_series(distribution, words, studies, others):
    found = cell("amorphous", distribution)
    assert found.range.words == words
    assert [rate.study.name for rate in found.range.rates] == studies
    assert told(found.range.others) == others


def test_cell_without_a_series_is_empty_and_nothing_is_invented():
    empty = [
        (cell.morphology.key, cell.distribution.key)
        for row in get_matrix().rows
        for cell in row.cells
        if cell.range.is_empty
    ]
    assert len(empty) == 20
    assert all(form != "amorphous" for form, _ in empty)
    assert cell("fine-linear", "segmental").range.words == ""


def test_cell_has_the_category_of_its_form_unless_another_was_seen():
    assert [cell("round", name).category for name in ("diffuse", "regional", "grouped", "linear")] == [
        "2",
        "",
        "3",
        "4",
    ]
    assert cell("round", "regional").note == "No default was seen; the shape and any change decide."
    assert cell("fine-pleomorphic", "grouped").category == "4B"
    assert cell("fine-linear", "grouped").category == "4C"
    assert [cell("amorphous", name).category for name in ("diffuse", "regional", "grouped", "linear", "segmental")] == [
        "2",
        "4A",
        "4A or 4B",
        "4B",
        "4B",
    ]


@pytest.mark.parametrize("distribution", ["diffuse", "regional", "grouped"])
def test_category_that_is_the_forms_own_says_so(distribution):
    found = cell("fine-linear", distribution)
    assert (found.category, found.note) == ("4C", "Of the form by itself.")


@pytest.mark.parametrize("distribution", ["linear", "segmental"])
@pytest.mark.parametrize(
    ("form", "own"), [("coarse-heterogeneous", "4B"), ("fine-pleomorphic", "4B"), ("fine-linear", "4C")]
)
def test_no_category_is_given_along_a_duct_where_none_was_stated(form, own, distribution):
    found = cell(form, distribution)
    note = f"At least the form's own ({own}); along a duct it moves up."
    assert (found.category, found.note) == ("", note)


def test_only_forms_have_a_category_of_their_own():
    assert {word.kind for word in list_descriptors() if word.category} < set(FORMS)
