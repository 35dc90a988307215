"""The published rates as a table: what stands in its cells, and what its source line tells."""

import pytest

from courses.models import Lesson
from courses.writing.lesson_blocks import LESSON_BLOCKS
from courses.writing.rates import describe_n, has_rates, list_choices, make_table, tell_sources
from imaging.evidence.lookup import ALL, list_descriptors, rates_of
from tests.faults import tell_stopping


def told(key):
    return {(rate.study.name, str(rate.percent)): describe_n(rate, key) for rate in rates_of(key)}


def test_choices_are_all_that_has_a_rate():
    choices = dict(list_choices())
    assert choices["Together"] == [(ALL, "All calcifications")]
    assert choices["Distributions"] == [
        ("regional", "Regional"),
        ("grouped", "Grouped"),
        ("linear", "Linear"),
        ("segmental", "Segmental"),
    ]
    assert ("vascular", "Vascular") not in choices["Forms"]
    known = [key for group in choices.values() for key, _ in group]
    assert [key for key in known if has_rates(key)] == known
    assert not has_rates("vascular") and not has_rates("amorphus") and not has_rates("")


def test_every_choice_makes_a_table_with_a_row_for_each_rate():
    for key in [ALL, *(word.key for word in list_descriptors())]:
        table = make_table(key)
        assert len(table["table"]["rows"]) == len(rates_of(key))
        assert all(len(row["values"]) == 3 for row in table["table"]["rows"])


def test_whole_series_without_masses_come_first_and_the_rest_is_told():
    table = make_table("segmental")
    assert [row["values"][0] for row in table["table"]["rows"]] == [
        "Eur J Radiol 2017",
        "Chula Med J 2015",
        "Liberman 1998",
        "Kim 2018, called 4A",
    ]
    assert table["source"].startswith("First the whole series without masses, from the highest; then parts of series,")
    assert make_table("typically-benign")["source"].startswith("Chan KKK, Hong Kong J Radiol 2009.")


def test_rate_is_written_with_its_interval_where_it_has_one():
    rows = {row["values"][0]: row["values"][2] for row in make_table("fine-linear")["table"]["rows"]}
    assert rows["Rominger 2012"] == {"percent": "78", "low": "68", "high": "86"}
    assert rows["Chan 2009"] == {"percent": "86", "low": None, "high": None}


def test_second_column_says_out_of_how_many_and_what_to_know_of_them():
    amorphous = told("amorphous")
    assert amorphous["Kim 2018, called 4A", "7.2"] == "223 lesions"
    assert amorphous["Kim 2023", "23.3"] == "43 lesions, every particle amorphous"
    assert amorphous["Kim 2023", "1.0"] == "367 lesions in all, mostly punctate"
    assert amorphous["Chula Med J 2015", "51.7"] == "176 breasts in all, masses included"
    assert amorphous["Atlas, 5th edition", "20"] == "n not stated, printed as “approximately”"
    assert told("fine-linear")["Burnside 2007", "53"] == "n not seen, paper not read by us"
    assert told("fine-linear")["Kim 2018, called 4A", "91.4"] == "35 lesions, counted with fine pleomorphic"
    assert (
        told("fine-pleomorphic")["Kim 2018, called 4A", "91.4"] == "35 lesions, counted with fine linear or branching"
    )
    assert told("round")["Rominger 2012", "0.5"] == "10,665 lesions in all, followed only, pooled"


def test_source_line_names_studies_once_and_where_intervals_come_from():
    assert tell_sources(rates_of("coarse-heterogeneous")) == [
        "Chula Med J 2015.",
        "Eur J Radiol 2017.",
        "Choi WJ, Eur Radiol 2021.",
        "Chan KKK, Hong Kong J Radiol 2009.",
        "American College of Radiology 2013, as quoted in HL7's draft guide for breast radiology reports of May 2020; "
        "the book was not opened.",
        "Rominger M, RoFo 2012.",
        "Kim J, Acta Radiol 2018.",
        "Burnside ES, RSNA abstract SSE01-01 2005.",
        "Intervals as published: Rominger 2012.",
        "Wilson 95 percent intervals calculated by eScan Academy: from counts, Burnside 2005 (1 of 14); from counts "
        "that the printed percentages imply, Kim 2018, called 4A (6 of 47); from percentage and n, Eur J Radiol 2017.",
    ]


def test_source_line_tells_a_misprint():
    assert tell_sources(rates_of("category-5"))[-1] == (
        "The abstract of Chula Med J 2015 prints 96.2 percent beside 69 of 71, which is 97.2."
    )


def test_what_is_written_is_text_and_never_markup():
    source = make_table("amorphous")["source"]
    assert "HL7&#x27;s" in source and "<" not in source


@pytest.mark.parametrize(("key", "faults"), [("round", []), ("gone", ["There are no published rates of “gone”."])])
def test_lesson_is_not_published_with_rates_that_there_are_not(db, key, faults):
    body = Lesson._meta.get_field("body").to_python(f'[{{"type": "rates", "value": {{"descriptor": "{key}"}}}}]')
    assert tell_stopping(body) == faults
    assert [name for name, _ in LESSON_BLOCKS].index("rates") == 4
