import pytest

from courses.search.words import read_stems, read_words, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("calcification", "calcifications"),
        ("biopsy", "biopsies"),
        ("mass", "masses"),
        ("diagnosis", "diagnoses"),
        ("metastasis", "metastases"),
        ("vertebra", "vertebrae"),
        ("carcinoma", "carcinomata"),
        ("criterion", "criteria"),
        ("focus", "foci"),
        ("axis", "axes"),
        ("Müller", "muller"),
        ("Mu\u0308ller", "MULLER"),
        ("Bjørn", "bjorn"),
        ("Straße", "strasse"),
        ("ΤΕΛΟΣ", "τέλος"),
        ("β", "beta"),
        ("tumour", "tumors"),
        ("haematoma", "hematomas"),
        ("fibre", "fibers"),
        ("DCIS", "dcis"),
    ],
)
def test_one_finds_the_other(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("calcium", "calcification"), ("benign", "malignant"), ("1", "10")])
def test_other_words_stay_apart(one, other):
    assert stem(one) != stem(other)


def test_a_hyphen_parts_and_joins():
    assert read_stems("BI-RADS 4") == ["bi", "rad", "birad", "4"]
    assert read_stems("bi rads") == ["bi", "rad"]
    assert read_stems("BIRADS") == ["birad"]
    assert read_stems("a \u2013 b, c - d") == ["a", "b", "c", "d"]


def test_words_know_their_place():
    assert [(word.start, word.end) for word in read_words("“Fine” lines")] == [(1, 5), (7, 12)]
    assert list(read_words("*** ( ) _ \x00 😀")) == []
