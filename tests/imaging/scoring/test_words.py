import pytest

from imaging.evidence.lookup import ALONG_A_DUCT, find_rates, list_descriptors, make_range, range_of
from imaging.evidence.records import FORMS, Kind
from imaging.scoring.words import DISTRIBUTION_GROUPS, Confusion, compare_words, give_credit, group_by_category

FORM_GROUPS = group_by_category(list_descriptors(*FORMS))


def test_forms_of_one_usual_category_are_one_group():
    groups: dict[str, list[str]] = {}
    for form, group in FORM_GROUPS.items():
        groups.setdefault(group, []).append(form)
    assert groups == {
        "2": [word.key for word in list_descriptors(Kind.BENIGN)],
        "4B": ["amorphous", "coarse-heterogeneous", "fine-pleomorphic"],
        "4C": ["fine-linear"],
    }


def members(group):
    return [key for key, other in DISTRIBUTION_GROUPS.items() if other == group]


def test_groups_of_distributions_are_those_of_the_published_shares():
    assert list(DISTRIBUTION_GROUPS) == [word.key for word in list_descriptors(Kind.DISTRIBUTION)]
    regional, grouped = (range_of(key) for key in members("area"))
    assert regional.lowest.percent < grouped.lowest.percent < grouped.highest.percent < regional.highest.percent
    assert members("duct") == list(ALONG_A_DUCT)
    assert all(range_of(key).lowest.percent > regional.highest.percent for key in members("duct"))
    assert range_of("diffuse").lowest is None
    amorphous = {
        key: make_range(find_rates(morphology="amorphous", distribution=key)).highest.percent
        for key in DISTRIBUTION_GROUPS
    }
    assert min(amorphous, key=amorphous.get) == "diffuse"


@pytest.mark.parametrize(
    ("truth", "said", "credit"),
    [
        ("amorphous", "amorphous", 1),
        ("amorphous", "fine-pleomorphic", 0.5),
        ("vascular", "rod-like", 0.5),
        ("fine-linear", "fine-pleomorphic", 0),
        ("fine-linear", "vascular", 0),
        ("round", "amorphous", 0),
        ("amorphous", "", 0),
        ("mass", "mass", 1),
        ("mass", "asymmetry", 0),
        ("amorphous", "asymmetry", 0),
    ],
)
def test_credit_for_a_form(truth, said, credit):
    assert give_credit(truth, said, FORM_GROUPS) == credit


@pytest.mark.parametrize(
    ("truth", "said", "credit"),
    [("segmental", "linear", 0.5), ("grouped", "regional", 0.5), ("diffuse", "regional", 0), ("linear", "grouped", 0)],
)
def test_credit_for_a_distribution(truth, said, credit):
    assert give_credit(truth, said, DISTRIBUTION_GROUPS) == credit


def test_confusion_has_truth_in_rows_and_only_words_that_occur():
    pairs = [("grouped", "grouped"), ("grouped", "linear"), ("linear", "segmental"), ("grouped", ""), ("", "diffuse")]
    score = compare_words(pairs, DISTRIBUTION_GROUPS)
    assert (score.n, score.credit) == (4, (1 + 0 + 0.5 + 0) / 4)
    assert score.confusion == Confusion(
        ("grouped", "linear", "segmental", ""), ((1, 1, 0, 1), (0, 0, 1, 0), (0, 0, 0, 0), (0, 0, 0, 0))
    )


def test_words_without_a_group_come_after_those_with_one():
    score = compare_words([("mass", "suture"), ("asymmetry", "skin")], FORM_GROUPS)
    assert score.confusion.words == ("skin", "suture", "asymmetry", "mass")


def test_nothing_to_compare_has_no_credit():
    for pairs in ([], [("", "grouped")]):
        score = compare_words(pairs, DISTRIBUTION_GROUPS)
        assert (score.n, score.credit, score.confusion) == (0, None, Confusion((), ()))
