"""Views and pairs: what is drawn over a picture, and what is refused."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.blocks import StructBlockValidationError

from courses.models import Lesson
from courses.writing.rendering import render_lesson
from courses.writing.view_blocks import ViewPanelBlock, find_faults_of_outline
from imaging.models import Study, Truth
from tests.course_fixtures import Block, blocks
from tests.faults import tell_stopping
from tests.html import words

SQUARE = "10,10 30,10 30,40"


def panel(image: int, **fields: Any) -> dict[str, Any]:
    picture = {"image": image, "alt_text": "Specks", "decorative": False}
    return {"image": picture, "label": "L", "text": "", "width_mm": "20.0", "outline": SQUARE, **fields}


def view(*panels: dict[str, Any], **fields: Any) -> tuple[str, Any]:
    return "view", {"panels": list(panels), "caption": "C", "source": "S", "is_synthetic": True, **fields}


def pair(*panels: dict[str, Any], **fields: Any) -> tuple[str, Any]:
    return "pair", {"panels": list(panels), "difference": "D", "source": "S", "is_synthetic": True, **fields}


@pytest.fixture
def body(db):
    def to_python(blocks: list[Block]) -> Any:
        return Lesson._meta.get_field("body").to_python(json.dumps(blocks))

    return to_python


@pytest.fixture
def render(body):
    def soup(blocks: list[Block]) -> BeautifulSoup:
        return BeautifulSoup(render_lesson(body=body(blocks), lesson_id=7).html, "html.parser")

    return soup


def test_view_shows_its_picture_with_bar_and_outline(render, keep_image):
    image = keep_image("a.svg", 100)
    soup = render(blocks("x", view(panel(image, outline=f"{SQUARE}; 50,50 60,50 60,60"))))
    assert (soup.img["src"], soup.img["alt"]) == (f"/figures/7/{image}/", "Specks")
    assert [each["points"] for each in soup.find_all("polygon")] == [SQUARE, "50,50 60,50 60,60"]
    assert soup.find("svg", class_="bar").text.strip() == "5 mm"
    # 5 of 20 mm are a quarter of the width.
    assert (soup.line["x1"], soup.line["x2"]) == ("5%", "30.0%")
    assert words(soup.find(class_="kind")) == "Synthetic"
    assert words(soup.find("label", class_="reveal")) == "Show the outline"


def test_picture_of_a_patient_is_not_called_synthetic_and_nothing_is_offered_that_is_not_there(render, keep_image):
    soup = render(blocks("x", view(panel(keep_image("a.svg", 100), outline=""), is_synthetic=False)))
    assert soup.find(class_="kind") is None
    assert soup.find("label") is None


def test_pair_names_both_and_tells_them_apart(render, keep_image):
    first, second = keep_image("a.svg", 100), keep_image("b.svg", 120)
    soup = render(blocks("x", pair(panel(first, label="One"), panel(second, label="Two"))))
    assert [words(name) for name in soup.select(".cap b")] == ["One", "Two"]
    assert words(soup.find(class_="apart")) == "D"
    assert words(soup.find("label", class_="conceal")) == "Hide the names"
    # A link that says the name would tell it to who listens, hidden or not.
    assert [words(link.find(class_="vh")) for link in soup.select("a.zoom")] == ["Enlarge", "Enlarge"]


def test_pictures_of_views_open_with_their_lesson(body, keep_image):
    first, second = keep_image("a.svg", 100), keep_image("b.svg", 120)
    shown = render_lesson(body=body(blocks("x", view(panel(second)), pair(panel(first), panel(second)))), lesson_id=7)
    assert shown.image_ids == sorted([first, second])


@pytest.mark.parametrize(
    ("outline", "fault"),
    [
        ("", ""),
        (SQUARE, ""),
        (f"{SQUARE}; {SQUARE}", ""),
        ("0,0 100,0 100,100.0", ""),
        ("10,10 30,10", "three at least"),
        ('10,10 30,10 30,40"/><script>', "three at least"),
        ("10 10 30 10", "three at least"),
        ("0,0 100,0 100,100.5", "outside"),
        ("-1,0 100,0 100,100", "three at least"),
    ],
)
def test_outline(outline, fault):
    assert fault in find_faults_of_outline(outline).get("outline", "")
    assert bool(fault) == bool(find_faults_of_outline(outline))


@pytest.mark.parametrize(("width", "bar"), [("200", 50), ("60", 20), ("26", 5), ("15", 5), ("3.5", 1), ("2", 0)])
def test_bar_is_at_most_a_third_of_the_picture(width, bar):
    assert ViewPanelBlock().to_python({"width_mm": width, "outline": ""}).bar_mm == bar


def test_study_leads_to_the_reading_room_by_its_lesson(render):
    study = Study.objects.create(seed=9, recipe={}, purpose="course")
    soup = render(blocks("x", ("study", {"study": study.pk, "text": "Read <i>it</i>."})))
    assert [words(part) for part in soup.select(".study p")] == ["Read a study", "Read it.", "Open the study"]
    assert soup.a["href"] == f"/lessons/7/studies/{study.pk}/"


def test_study_of_practice_is_not_given_in_a_lesson(body):
    study = Study.objects.create(seed=9, recipe={})
    faults = tell_stopping(body(blocks("x", ("study", {"study": study.pk, "text": "Read."}))))
    assert faults == [f"There is no study {study.pk} for courses."]


def test_study_that_nobody_has_said_the_truth_of_keeps_the_lesson_a_draft(body):
    made = {"status": "ready", "made_at": timezone.now()}
    study = Study.objects.create(seed=9, recipe={}, purpose="course", **made)
    lesson = body(blocks("x", ("study", {"study": study.pk, "text": "Read."})))
    told = f"Nobody has said what is true of study {study.pk}: publish its truth before the lesson."
    assert tell_stopping(lesson) == [told]
    Truth.objects.create(study=study, kind="normal", recall=False, categories=[])
    assert tell_stopping(lesson) == []


def test_study_that_is_still_to_be_made_brings_its_truth_along(body):
    study = Study.objects.create(seed=9, recipe={}, purpose="course")
    assert tell_stopping(body(blocks("x", ("study", {"study": study.pk, "text": "Read."})))) == []


def test_pair_needs_two_names(body, keep_image):
    lesson = body(blocks("x", pair(panel(keep_image("a.svg")), panel(keep_image("b.svg"), label=""))))
    assert tell_stopping(lesson) == ["A pair has two views, each with a name."]


def test_what_a_view_lacks_keeps_the_lesson_a_draft(body, keep_image):
    image = keep_image("a.svg", 100)
    faults = tell_stopping(body(blocks("x", view(panel(image, width_mm=None, outline="1,1")), pair(panel(image)))))
    assert [fault.split(":")[0] for fault in faults] == [
        "Write points as x,y with spaces between, three at least",
        "A view has no width in millimeters",
        "A pair has two views, each with a name.",
    ]


def test_editor_tells_at_the_field_that_an_outline_is_none(db, keep_image):
    block = ViewPanelBlock()
    value = block.to_python(panel(keep_image("a.svg", 100), outline="1,1 2,2"))
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)
    assert set(refused.value.block_errors) == {"outline"}
