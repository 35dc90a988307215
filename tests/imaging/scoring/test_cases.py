from dataclasses import replace

import pytest

from imaging.scoring.cases import CATEGORY_RANKS, MISSED, Claim, rate_by_category, rate_by_confidence, score_reading
from tests.imaging.scoring.readings import finding, mark, reading

FAR = ((600.0, 600.0), (650.0, 600.0), (650.0, 650.0), (600.0, 650.0))


def test_positive_case_has_a_rating_for_each_finding_that_counts():
    findings = finding("a"), finding("b", polygon=FAR), finding("c", polygon=FAR, recall=False, views=("lcc",))
    marks = mark(confidence=70), mark(confidence=90, view="rmlo"), mark(20, 900, 30)
    score = score_reading(reading(*marks, findings=findings))
    assert (score.is_positive, score.lesions, score.unseen) == (True, (90, MISSED), 0)
    assert score.claims == (Claim(90, True), Claim(30, False))
    assert (score.non_lesion_marks, score.highest_non_lesion, rate_by_confidence(score)) == (1, 30, 90)


def test_case_is_rated_by_its_highest_mark_even_if_that_is_none_of_the_finding():
    score = score_reading(reading(mark(confidence=40), mark(900, 900, 95), findings=[finding()]))
    assert rate_by_confidence(score) == 95


def test_case_without_marks_is_rated_below_every_confidence():
    score = score_reading(reading(findings=[finding()]))
    assert (rate_by_confidence(score), score.highest_non_lesion) == (MISSED, MISSED)
    assert mark(confidence=0).confidence > MISSED


def test_benign_findings_count_as_normal():
    score = score_reading(reading(mark(confidence=55), findings=[finding(recall=False)]))
    assert (score.is_positive, score.lesions, score.highest_non_lesion) == (False, (), 55)


def test_normal_case_has_no_lesions():
    score = score_reading(reading())
    assert (score.is_positive, score.lesions, score.claims, score.described) == (False, (), (), ())


def test_case_with_nothing_but_what_no_view_shows_counts_nowhere():
    score = score_reading(reading(mark(), findings=[finding(visible=False)]))
    assert (score.is_positive, score.lesions, score.unseen, score.claims) == (None, (), 1, ())
    assert score.described == ()


def test_unseen_finding_beside_a_seen_one_is_not_missed():
    findings = finding("a"), finding("b", polygon=FAR, visible=False)
    score = score_reading(reading(mark(), mark(620, 620), findings=findings))
    assert (score.is_positive, score.lesions, score.unseen) == (True, (60,), 1)
    assert [(one.finding.key, one.mark.x) for one in score.described] == [("a", 150)]


def test_words_are_those_of_the_most_confident_mark_on_benign_findings_too():
    vessel = finding("v", recall=False, polygon=FAR, words=("vascular", "linear"))
    marks = (
        mark(620, 620, 20, words=("fine-linear", "linear")),
        mark(620, 620, 50, view="rmlo", words=("vascular", "linear")),
    )
    (one,) = score_reading(reading(*marks, findings=[vessel])).described
    assert (one.finding.morphology, one.mark.morphology) == ("vascular", "vascular")


def test_recall_comes_before_the_category():
    score = score_reading(reading(recall=False, category="4C"))
    assert rate_by_category(score) < rate_by_category(replace(score, recall=True, category="1"))
    ordered = [rate_by_category(replace(score, category=category)) for category in ("1", "2", "3", "0", "4A", "4B")]
    assert ordered == sorted(set(ordered))
    assert CATEGORY_RANKS["4A"] < CATEGORY_RANKS["4"] < CATEGORY_RANKS["4C"] < CATEGORY_RANKS["5"]


@pytest.mark.parametrize("category", ["", "6", "4a"])
def test_category_without_a_rank_is_refused(category):
    with pytest.raises(ValueError, match="has no rank"):
        rate_by_category(score_reading(reading(category=category)))
