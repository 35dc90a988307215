"""What is a small correction, and what is not: the one rule."""

import pytest

from reviews.parts import make_part
from reviews.small import explain_not_small

STEM = "The group lies in the upper outer quadrant and does not enhance, in 12 of 100 women."


def parts(text=STEM, **others):
    given = {"stem": text, "choice-1": {"text": "Benign", "is_correct": False}, **others}
    return [make_part(key, key.capitalize(), "", raw, is_fixed=key == "references") for key, raw in given.items()]


def explain(before, after):
    return explain_not_small(parts(before), parts(after))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("The calcificatons are amorphous.", "The calcifications are amorphous."),
        ("The margin are sharp.", "The margin is sharp."),
        ("Biopsy shows a invasive cancer.", "Biopsy shows an invasive cancer."),
        ("She is biopsied at same visit.", "She is biopsied at the same visit."),
        ("Sharp, smooth margin", "Sharp, smooth margin."),
        ("A mammo gram of 1999", "A mammogram of 1999"),
        ("Colour of the tumour", "Color of the tumor"),
        ("<p>Rims of calcum</p>", "<p>Rims of calcium</p>"),
    ],
)
def test_spelling_is_small(wrong, right):
    assert explain(wrong, right) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("in 12 of 100 women", "in 21 of 100 women", "a number changed"),
        ("in two women", "in ten women", "a number changed"),
        ("above 5 mm", "below 5 mm", "another word"),
        ("a mass of 5 mm", "a mass of 5 cm", "another word"),
        ("it does enhance", "it does not enhance", "a negation changed"),
        ("it can be seen", "it cannot be seen", "a negation changed"),
        ("without a mass", "with a mass", "a negation changed"),
        ("It is benign", "It is malignant", "another word"),
        ("a hypoechoic mass", "a hyperechoic mass", "another word"),
        ("the share increased", "the share decreased", "another word"),
        ("a typical form", "an atypical form", "another word"),
        ("the regular margin", "the irregular margin", "another word"),
        ("on the left", "on the right", "another word"),
        ("the medial part", "the lateral part", "another word"),
        ("It may be biopsied", "It must be biopsied", "another word"),
        ("it is seen", "it is often seen", "another word"),
        ("in most of the women", "in the women", "another word"),
    ],
)
def test_a_change_of_meaning_needs_review(old, new, told):
    (reason,) = explain(old, new)
    assert told in reason
    assert reason.startswith("Stem")


def test_many_words_need_review():
    wrong = "Teh edge of teh lung adn teh heart adn teh spine adn teh rib adn teh skin"
    (reason,) = explain(wrong, wrong.replace("Teh", "The").replace("teh", "the").replace("adn", "and"))
    assert "at most 8" in reason


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"choice-1": {"text": "Benign", "is_correct": True}}, "which choice is right"),
        ({"choice-1": {"text": "Benign", "is_correct": False, "image": 4}}, "a picture"),
        ({"references": "Atlas, page 1."}, "is new"),
    ],
)
def test_anything_but_words_needs_review(after, told):
    (reason,) = explain_not_small(parts(), parts(**after))
    assert told in reason


def test_link_and_format_need_review():
    (reason,) = explain("See <a href='/a/'>the atlas</a>", "See <a href='/b/'>the atlas</a>")
    assert "a link" in reason
    (reason,) = explain("Sharp", "<b>Sharp</b>")
    assert "a format" in reason


def test_reference_is_never_small():
    before, after = (parts(references=text) for text in ("Author A. Jounal 2001.", "Author A. Journal 2001."))
    assert explain_not_small(before, after) == ["References is never a small change."]


def test_a_part_that_is_gone_or_moved_needs_review():
    assert explain_not_small(parts(), parts()[:1]) == ["Choice-1 is gone."]
    assert "another place" in explain_not_small(parts(), parts()[::-1])[0]


def test_nothing_changed_is_no_correction():
    assert explain(STEM, STEM) == ["Nothing changed since the last approval."]
