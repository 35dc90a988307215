"""A reader whose figures are counted by hand."""

from dataclasses import replace

import pytest

from imaging.evidence.lookup import list_descriptors
from imaging.evidence.records import FORMS
from imaging.evidence.wilson import wilson_interval
from imaging.scoring.areas import Hidden
from imaging.scoring.cases import rate_by_category
from imaging.scoring.performance import summarize
from imaging.scoring.shares import Share
from imaging.scoring.words import group_by_category
from tests.imaging.scoring.readings import finding, mark, reading

GROUPS = group_by_category(list_descriptors(*FORMS))
FAR = ((600.0, 600.0), (650.0, 600.0), (650.0, 650.0), (600.0, 650.0))
TRUE = ("amorphous", "grouped")


def found(case, confidence=80, words=TRUE):
    return reading(
        mark(confidence=confidence, words=words), findings=[finding(words=TRUE)], case=case, recall=True, category="4B"
    )


def missed(case):
    return reading(findings=[finding(words=TRUE)], case=case)


def normal(case):
    return reading(case=case)


def false_alarm(case, confidence=30):
    return reading(mark(900, 900, confidence), case=case, recall=True, category="0")


def measure(readings, **options):
    return summarize(readings, morphology_groups=GROUPS, **options)


def many(make, n, **fields):
    return [make(f"{make.__name__} {number}", **fields) for number in range(n)]


def test_figures_of_a_reader_are_those_counted_by_hand():
    """18 of 20 found; of 25 normal ones 5 recalled, at a confidence below that of all finds."""
    figures = measure([*many(found, 18), *many(missed, 2), *many(normal, 20), *many(false_alarm, 5)])
    shares = figures.shares
    assert (shares.cases, shares.sensitivity, shares.specificity) == (45, Share(18, 20), Share(20, 25))
    assert (shares.lesions, figures.non_lesion_marks) == (Share(18, 20), 5)
    assert shares.specificity.interval == wilson_interval(0.8, 25)
    # A find is above all; one that was missed is below 5 and equal to 20 of 25.
    by_hand = (18 * 25 + 2 * 20 / 2) / (20 * 25)
    assert (figures.roc.value, figures.wafroc.value) == (pytest.approx(by_hand), pytest.approx(by_hand))
    assert figures.roc.interval == figures.wafroc.interval
    assert (figures.roc.positive, figures.roc.negative) == (20, 25)
    assert [(one.right.count, one.right.n) for one in figures.calibration] == [(0, 0), (0, 5), (0, 0), (0, 0), (18, 18)]
    assert (figures.morphology.n, figures.morphology.credit, figures.distribution.credit) == (18, 1, 1)


def test_place_of_the_mark_decides_wafroc_and_not_roc():
    """Recalled for the wrong place: the case is right, the finding missed."""
    beside = replace(found("x"), marks=(mark(900, 900, 80),))
    readings = [*[replace(beside, case=str(number)) for number in range(20)], *many(normal, 20)]
    figures = measure(readings)
    assert (figures.roc.value, figures.wafroc.value) == (1, 0.5)
    assert (figures.shares.sensitivity, figures.shares.lesions) == (Share(20, 20), Share(0, 20))


def test_first_reading_of_a_case_counts():
    figures = measure([missed("one"), found("one"), found("two"), found("two")])
    assert (figures.shares.cases, figures.shares.sensitivity) == (2, Share(1, 2))
    assert measure([found("one"), missed("one")]).shares.sensitivity == Share(1, 1)


def test_finding_that_was_marked_without_confidence_was_found():
    assert measure([found("unsure", confidence=0)]).shares.lesions == Share(1, 1)


def test_without_readings_every_figure_is_empty():
    figures = measure([])
    assert (figures.shares.cases, figures.shares.sensitivity.value, figures.shares.specificity.value) == (0, None, None)
    assert (figures.roc.hidden, figures.wafroc.hidden, figures.trend) == (Hidden.FEW_POSITIVE,) * 2 + ((),)
    assert (figures.morphology.credit, figures.left_out, figures.non_lesion_marks) == (None, 0, 0)


def test_with_positive_cases_alone_there_is_no_specificity_and_no_area():
    figures = measure(many(found, 30))
    assert (figures.shares.sensitivity.value, figures.shares.specificity.value) == (1, None)
    assert (figures.roc.value, figures.roc.hidden) == (None, Hidden.FEW_NEGATIVE)


def test_what_no_view_shows_is_left_out_and_told():
    hidden = reading(findings=[finding(visible=False)], case="hidden", recall=True)
    half = reading(mark(), findings=[finding(), finding("b", polygon=FAR, visible=False)], case="half", recall=True)
    figures = measure([hidden, half, normal("n")])
    assert (figures.left_out, figures.unseen) == (1, 2)
    assert (figures.shares.cases, figures.shares.sensitivity, figures.shares.lesions) == (2, Share(1, 1), Share(1, 1))
    assert figures.shares.specificity == Share(1, 1)


def test_benign_finding_that_is_recalled_costs_specificity_and_its_words_count():
    vessel = finding("v", recall=False, words=("vascular", "linear"))
    recalled = reading(mark(words=("rod-like", "grouped")), findings=[vessel], case="v", recall=True)
    figures = measure([recalled])
    assert (figures.shares.specificity, figures.shares.sensitivity.n, figures.non_lesion_marks) == (Share(0, 1), 0, 1)
    assert (figures.morphology.credit, figures.distribution.credit) == (0.5, 0)
    assert figures.morphology.confusion.words == ("vascular", "rod-like")
    assert figures.morphology.confusion.counts == ((0, 1), (0, 0))


def test_trend_is_in_blocks_and_the_last_may_be_short():
    figures = measure([missed("a"), normal("b"), found("c"), false_alarm("d"), found("e")], block=2)
    assert [(block.cases, block.sensitivity, block.specificity) for block in figures.trend] == [
        (2, Share(0, 1), Share(1, 1)),
        (2, Share(1, 1), Share(0, 1)),
        (1, Share(1, 1), Share(0, 0)),
    ]


def test_area_may_be_that_of_recall_and_category():
    """Without a mark on it a case that is recalled still stands above one that is not."""
    bare = [replace(found(str(number)), marks=()) for number in range(20)]
    readings = [*bare, *many(normal, 20)]
    assert measure(readings).roc.value == 0.5
    assert measure(readings, rate=rate_by_category).roc.value == 1


def test_finding_is_compared_with_marks_however_cases_are_rated():
    """Half of the normal cases have a mark below that of the findings, the others none."""
    readings = [*many(found, 20, confidence=5), *many(false_alarm, 10, confidence=3), *many(normal, 10)]
    assert measure(readings, rate=rate_by_category).wafroc.value == measure(readings).wafroc.value == 1
