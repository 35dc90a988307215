"""A range that a text states is the one that the data have, with what stands outside told beside it."""

import pytest

from imaging.evidence.lookup import find_rates, range_of
from imaging.evidence.records import Rate
from tests.escan.loader.test_content import REAL

GUIDE = "guides/breast-calcifications-radiology.md"
LESSONS = "courses/breast-calcifications/lessons"


def get_percent(key: str, study: str, **of: str) -> str:
    rates: tuple[Rate, ...] | list[Rate] = find_rates(**of) if of else range_of(key).others
    return next(str(rate.percent) for rate in rates if rate.study.key == study)


@pytest.mark.parametrize(
    ("path", "key", "times"),
    [
        (GUIDE, "all", 3),
        (GUIDE, "amorphous", 1),
        (f"{LESSONS}/assessment-and-management.md", "amorphous", 1),
        (f"{LESSONS}/malignant-share-by-study.md", "amorphous", 1),
    ],
)
def test_stated_range_is_that_of_the_data(path, key, times):
    found = range_of(key)
    stated = f"{found.rates[-1].percent} to {found.rates[0].percent} percent"
    sentences = (REAL / path).read_text(encoding="utf-8").split(stated)
    assert len(sentences) == times + 1
    outside = [get_percent(key, "chula-2015")]
    if key == "amorphous":
        outside.append(get_percent(key, "iwase-2017", morphology=key, distribution="grouped"))
    for after in sentences[1:]:
        near = after.partition("\n")[0]
        assert [percent for percent in outside if f"{percent} percent" not in near] == []
        assert "masses" in near


def test_guide_draws_all_calcifications_from_the_data():
    assert "::: rates\ndescriptor: all\n:::" in (REAL / GUIDE).read_text(encoding="utf-8")
