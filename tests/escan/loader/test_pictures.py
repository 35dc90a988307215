"""A question's picture of a synthetic view, and what is asked in words in its place."""

import json

import pytest
from django.core.management import CommandError
from PIL import Image

from courses.models import Question
from escan.loader.errors import ContentError
from tests.escan.loader.test_content import QUESTION, load, root, small, write_yaml

__all__ = ["load", "root", "small"]
FACTS = {
    "width": 200,
    "height": 100,
    "mm_per_pixel": [0.1],
    "outlines": [{"finding": 0, "visibility": 8.0, "points": [[40, 20], [80, 20], [80, 60], [40, 60]]}],
    "generator": 1,
    "spec": "a",
}
PICTURED = {**QUESTION, "picture": "casts", "alt": "A magnification view."}
WORDS = {**QUESTION, "key": "small-2", "use": "words", "stands_for": "small-1"}


@pytest.fixture
def picture(small):
    """Made, with facts that can be changed."""

    def make(**changes):
        folder = small / "pictures"
        folder.mkdir(exist_ok=True)
        Image.new("L", (200, 100)).save(folder / "casts.webp")
        (folder / "casts.json").write_text(json.dumps({**FACTS, **changes}), encoding="utf-8")

    make()
    return make


def test_picture_is_kept_with_its_facts_under_a_name_that_tells_nothing(load, small, picture):
    # In words first: the order of the file says nothing.
    write_yaml(small / "questions.yaml", [WORDS, PICTURED])
    load()
    question, worded = Question.objects.order_by("key")
    assert question.image_facts["outlines"] == FACTS["outlines"]
    assert (question.image_alt, question.live) == ("A magnification view.", True)
    assert "casts" not in question.image.file.name and question.image.file.name.endswith(".webp")
    assert (worded.stands_for, worded.use, worded.image, worded.live) == (question, "words", None, True)
    assert load() == []


def test_picture_that_is_made_anew_is_a_change_of_its_question(load, small, picture):
    write_yaml(small / "questions.yaml", [PICTURED])
    load()
    picture(spec="b", outlines=[])
    assert load() == ["question/small-1: published"]
    assert Question.objects.get().image_facts["outlines"] == []


NOWHERE = {"kind": "place", "regions": {"finding": 3}, "choices": None}


def test_question_that_loses_its_picture_has_none(load, small, picture):
    write_yaml(small / "questions.yaml", [PICTURED])
    load()
    write_yaml(small / "questions.yaml", [QUESTION])
    load()
    question = Question.objects.get()
    assert (question.image, question.image_alt, question.image_facts) == (None, "", None)


def test_place_is_the_ellipse_around_the_outline_of_a_finding(load, small, picture):
    place = {**PICTURED, "kind": "place", "regions": {"finding": 0}, "rationale": "So."}
    del place["choices"]
    write_yaml(small / "questions.yaml", [place])
    load()
    region = Question.objects.get().regions.get()
    assert [float(number) for number in (region.x, region.y, region.rx, region.ry)] == [30.0, 40.0, 14.14, 28.28]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"picture": "rods"}, "the picture rods is not made"),
        ({"kind": "numeric", "value": 3, "regions": {"finding": 3}}, "nobody knows the field “choices”"),
        ({**NOWHERE, "rationale": "So."}, "finding 3 is not in its picture"),
        ({"use": "words", "stands_for": "nothing"}, "there is no question nothing"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_half_in(load, small, picture, change, told):
    entry = {name: value for name, value in {**PICTURED, **change}.items() if value is not None}
    write_yaml(small / "questions.yaml", [entry])
    with pytest.raises((ContentError, CommandError), match=told):
        load()
    assert not Question.objects.exists()
