"""Data that contradict themselves are refused with a sentence that names the entry."""

from decimal import Decimal
from typing import Any

import pytest
import yaml

from imaging.evidence.errors import BrokenEvidence
from imaging.evidence.loading import DATA, load_evidence
from imaging.evidence.records import Interval, Source

STUDY = {
    "name": "Doe 2020",
    "authors": "Doe J",
    "title": "T",
    "journal": "J",
    "year": 2020,
    "counted": "c",
    "read": "r",
}
WORDS: dict[str, Any] = {
    "edition": {"name": "5th", "seen": "s", "checked": False},
    "benign": {},
    "suspicious": {"amorphous": {"name": "Amorphous"}, "fine-linear": {"name": "Fine linear"}},
    "classes": {},
    "distributions": {"grouped": {"name": "Grouped"}},
    "categories": {},
    "cells": [],
}


@pytest.fixture
def load(tmp_path):
    def write(*rates: dict[str, Any], studies: Any = None, words: Any = None):
        contents = {
            "studies": studies or {"doe": STUDY},
            "rates": list(rates),
            "descriptors": {**WORDS, **(words or {})},
        }
        for name, content in contents.items():
            (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
        return load_evidence(tmp_path)

    return write


def rate(**fields: Any) -> dict[str, Any]:
    return {"study": "doe", "morphology": "amorphous", "percent": 10.0, **fields}


def refusal(load, *rates: dict[str, Any], **others: Any) -> str:
    with pytest.raises(BrokenEvidence) as refused:
        load(*rates, **others)
    return str(refused.value)


def test_rate_is_read_with_its_study_and_what_it_is_of(load):
    (read,) = load(rate(distribution="grouped", n=100, malignant=10)).rates
    assert (read.study.name, read.morphologies, read.distributions, read.categories) == (
        "Doe 2020",
        ("amorphous",),
        ("grouped",),
        (),
    )
    assert (read.percent, read.n, read.malignant) == (Decimal("10.0"), 100, 10)


def test_interval_is_the_published_one_or_tells_what_it_was_calculated_from(load):
    published, counts, implied, percent, none = load(
        rate(n=100, malignant=10, interval=[4.9, 17.6]),
        rate(n=100, malignant=10, part="a"),
        rate(n=100, malignant=10, implied=True, part="b"),
        rate(n=100, part="c"),
        rate(part="d"),
    ).rates
    # Of 10 in 100 by hand: 0.114797 in the middle, 1.96 * 0.031560 / 1.038415 = 0.059568 to each side.
    wilson = Decimal("5.5"), Decimal("17.4")
    assert published.interval == Interval(Decimal("4.9"), Decimal("17.6"), Source.PUBLISHED)
    assert counts.interval == Interval(*wilson, Source.COUNTS)
    assert implied.interval == Interval(*wilson, Source.IMPLIED)
    assert percent.interval == Interval(*wilson, Source.PERCENT)
    assert none.interval is None


def test_misprint_is_noted_and_carries_no_interval(load):
    (read,) = load(rate(percent=13.3, n=26, malignant=4, misprint="It prints 4 of 26.")).rates
    assert (read.percent, read.interval, read.misprint) == (Decimal("13.3"), None, "It prints 4 of 26.")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"study": "nobody"}, "nobody, amorphous: the study is not listed in studies.yaml."),
        ({"study": None}, "None, amorphous: the study is not listed in studies.yaml."),
        ({"morphology": "amorphus"}, "doe, amorphus: there is no morphology “amorphus”."),
        ({"morphology": "grouped"}, "doe, grouped: there is no morphology “grouped”."),
        ({"distribution": "amorphous"}, "doe, amorphous, amorphous: there is no distribution “amorphous”."),
        ({"percent": "many"}, "doe, amorphous: “many” is no percentage."),
        ({"percent": 101}, "doe, amorphous: “101” is no percentage."),
        ({"percent": -1}, "doe, amorphous: “-1” is no percentage."),
        ({"percent": None}, "doe, amorphous: “None” is no percentage."),
        ({"interval": [11, 20]}, "doe, amorphous: 10.0 percent is outside its interval, 11 to 20."),
        ({"interval": [20, 5]}, "doe, amorphous: 10.0 percent is outside its interval, 20 to 5."),
        ({"interval": [5, 120]}, "doe, amorphous: “120” is no percentage."),
        ({"n": 26, "malignant": 4}, "doe, amorphous: 4 of 26 is not 10.0 percent; note a misprint, or correct it."),
        (
            {"n": 100, "malignant": 10, "misprint": "No."},
            "doe, amorphous: a misprint is noted, but 10 of 100 is 10.0 percent.",
        ),
        ({"n": 9, "malignant": 10}, "doe, amorphous: there are more malignant ones than lesions."),
        ({"malignant": 10}, "doe, amorphous: there are more malignant ones than lesions."),
        ({"implied": True}, "doe, amorphous: implied counts are to be written down."),
        (
            {"percent": 10, "n": 1000, "malignant": 100, "implied": True},
            "doe, amorphous: other counts fit the percentage, too.",
        ),
        ({"persent": 3}, "doe, amorphous: a field is missing or unknown"),
    ],
)
def test_contradiction_is_refused_by_name(load, fields, told):
    assert refusal(load, rate(**fields)).startswith(told)


def test_percentage_may_differ_from_its_counts_by_its_own_rounding(load):
    """225 of 492 is 45.73: 46, 45.7, and neither 45 nor 45.8."""
    for percent in (46, 45.7, 45.73):
        load(rate(percent=percent, n=492, malignant=225))
    for percent in (45, 45.8, 45.72):
        assert "is not" in refusal(load, rate(percent=percent, n=492, malignant=225))


def test_same_rate_twice_is_refused(load):
    assert refusal(load, rate(), rate(percent=12)) == "doe, amorphous: stands twice."
    load(
        rate(),
        rate(part="younger than 50"),
        rate(distribution="grouped"),
        rate(morphology=["amorphous", "fine-linear"]),
    )


def test_key_that_stands_twice_is_refused(load, tmp_path):
    load(rate())
    (tmp_path / "studies.yaml").write_text("doe: {year: 2020}\ndoe: {year: 2021}\n")
    with pytest.raises(BrokenEvidence, match="“doe” stands twice"):
        load_evidence(tmp_path)
    assert refusal(load, words={"classes": {"amorphous": {"name": "A"}}}) == "“amorphous” stands twice."


def test_study_lacking_a_field_is_refused(load):
    incomplete = {key: value for key, value in STUDY.items() if key != "read"}
    assert refusal(load, studies={"doe": incomplete}).startswith("doe: a field is missing or unknown")
    assert "guess" in refusal(load, studies={"doe": {**STUDY, "kind": "guess"}})


def test_cell_of_an_unknown_form_is_refused(load):
    cell = {"morphology": "amorphous", "distribution": "everywhere", "category": "4B"}
    assert refusal(load, words={"cells": [cell]}) == "A cell names “everywhere”, which no descriptor is."


def test_the_academys_own_data_hold():
    assert len(load_evidence(DATA).rates) > 80
