"""The blocks of a guide that are more than text: as HTML, which can all be read without a script."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from wagtail.blocks import StructBlockValidationError

from guides.blocks import CallBlock, CallItBlock, PictureKeyBlock, find_faults_of_call
from guides.models import Guide
from guides.rendering import render_guide
from tests.course_fixtures import Block, blocks
from tests.faults import tell_stopping
from tests.html import words

# To the eye a sign, which the legend tells; the words are for whoever listens.
NONE = "\N{EN DASH}No series found"


def body(*values: tuple[str, Any]) -> Any:
    made: list[Block] = blocks("x", *values)
    return Guide._meta.get_field("body").to_python(json.dumps(made))


def draw(*values: tuple[str, Any]) -> BeautifulSoup:
    return BeautifulSoup(render_guide(body=body(*values), guide_id=7).html, "html.parser")


def picture(image: int, alt: str) -> dict[str, Any]:
    return {"image": image, "alt_text": alt, "decorative": False}


def call(image: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "image": picture(image, "A white line"),
        "choices": ["Skin fold", "Edge of the lung"],
        "answer": "Edge of the lung",
        "feedback": "No vessels <b>beyond</b> it.",
        **changes,
    }


# --- The matrix -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def matrix() -> BeautifulSoup:
    return draw(("matrix", None))


def test_matrix_is_a_table_with_headers(matrix):
    table = matrix.table
    assert words(table.caption).startswith("Form and distribution: the published share that was malignant")
    assert [words(cell) for cell in table.select("thead th[scope=col]")][:3] == ["Form", "Any distribution", "Diffuse"]
    assert [words(cell) for cell in table.select("tbody th[scope=row]")][1] == "Amorphous"
    assert [len(row.select("td")) for row in table.select("tbody tr")] == [6] * 6


def test_cell_tells_range_studies_and_category_and_leads_to_them(matrix):
    cells = {link["href"][1:]: link for link in matrix.select(".cells a")}
    assert words(cells["matrix-amorphous-grouped"]) == "2.8\N{EN DASH}7% 5 studies usually cat. 4A or 4B"
    assert words(cells["matrix-amorphous-linear"]) == "25% 1 study usually cat. 4B"
    assert words(cells["matrix-fine-linear-grouped"]) == f"{NONE} usually cat. 4C"
    assert words(cells["matrix-fine-linear-linear"]) == f"{NONE} no default"
    assert words(cells["matrix-round-regional"]) == f"{NONE} no default"
    assert words(cells["matrix-any-diffuse"]) == NONE
    assert [matrix.find(id=key) is not None for key in cells] == [True] * 36
    assert len({tag["id"] for tag in matrix.select("[id]")}) == len(matrix.select("[id]"))


def test_spread_has_a_mark_for_each_rate_and_the_reach_of_the_intervals(matrix):
    spread = matrix.select_one('.cells a[href="#matrix-amorphous-grouped"] .spread')
    assert [(mark.get("x") or mark["cx"], mark.name) for mark in spread.select("rect, circle")] == [
        ("7.0%", "rect"),
        ("6.9%", "circle"),
        ("5.0%", "circle"),
        ("4.1%", "rect"),
        ("2.8%", "rect"),
    ]
    assert (spread.line["x1"], spread.line["x2"]) == ("1.3%", "10.2%")
    assert matrix.select_one('.cells a[href="#matrix-amorphous-diffuse"] .spread line') is None
    assert matrix.select('.cells a[href="#matrix-fine-linear-linear"] .spread') == []


def test_studies_of_a_pair_are_drawn_with_their_intervals(matrix):
    pair = matrix.find(id="matrix-amorphous-grouped")
    assert words(pair.select_one(".pair-name")) == "Amorphous, grouped"
    rows = [[words(cell) for cell in row.select("th, td")] for row in pair.table.select("tbody tr")]
    assert rows[4] == ["Iwase 2017", "216 lesions", "2.8% 1.3\N{EN DASH}5.9"]
    assert pair.table.select("tbody a")[-1]["href"] == "https://doi.org/10.1007/s12282-016-0742-z"
    assert words(pair.dl).endswith("mixed in (the academy's rule).")


def test_signs_of_the_cells_are_told_under_them(matrix):
    told = words(matrix.select_one(".legend"))
    assert told.startswith("\N{EN DASH}: no series found. cat.: the usual BI-RADS category.")
    hidden = [sign.has_attr("aria-hidden") for sign in matrix.select(".cells .none") if words(sign) == "\N{EN DASH}"]
    assert hidden == [True] * 21


def test_matrix_with_its_studies_is_no_heavy_page(matrix):
    """Bytes, with the studies of each cell: it was twice that."""
    assert len(str(matrix).encode()) < 66_000
    assert "\n" not in str(matrix)


def test_pair_that_nobody_counted_says_so_and_leads_to_what_is_nearby(matrix):
    pair = matrix.find(id="matrix-coarse-heterogeneous-linear")
    assert words(pair.dl.dd) == "No series found"
    assert [link["href"] for link in pair.select("a")] == ["#matrix-coarse-heterogeneous-any", "#matrix-any-linear"]
    assert "20 were counted in no series that we found" in words(matrix.select_one(".form-grid > figcaption"))


def test_matrix_says_where_its_categories_are_from(matrix):
    assert "Usual categories: BI-RADS, 5th edition (2013)." in words(matrix.select_one(".form-grid > figcaption"))
    assert "the book was not opened" in words(matrix.select_one(".form-grid > figcaption"))


def test_guide_has_one_matrix(db):
    """Its cells have addresses."""
    assert tell_stopping(body(("matrix", None), ("text", "<p>x</p>")), Guide) == []
    (told,) = tell_stopping(body(("matrix", None), ("matrix", None)), Guide)
    assert told.startswith("“Matrix of forms and distributions” stands twice")


# --- The picture key --------------------------------------------------------------------------------


def key(image: int) -> dict[str, Any]:
    forms = [{"image": picture(image, "Small rings"), "name": "Skin", "text": "Rings with a lucent center."}]
    return {"groups": [{"title": "Typically benign", "forms": forms}, {"title": "Suspicious", "forms": forms}]}


def test_picture_key_shows_names_and_its_button_waits_for_the_script(db, keep_image):
    image = keep_image("a.svg")
    page = draw(("picture_key", key(image)))
    assert [words(title) for title in page.select(".kick")] == ["Typically benign", "Suspicious"]
    assert [words(cap) for cap in page.select(".cap")] == ["Skin Rings with a lucent center."] * 2
    assert page.img["alt"] == "Small rings"
    assert page.select_one("a.zoom")["href"] == f"/guides/figures/7/{image}/"
    assert words(page.select_one("a.zoom")) == "Enlarge Skin"
    assert page.button.find_parent("p").has_attr("hidden")


def test_picture_key_is_found_by_name_words_and_look(db, keep_image):
    value = PictureKeyBlock().to_python(key(keep_image("a.svg")))
    assert list(PictureKeyBlock().read_words(value)) == [
        ("Skin", "Typically benign. Rings with a lucent center.", "Small rings"),
        ("Skin", "Suspicious. Rings with a lucent center.", "Small rings"),
    ]


def test_pictures_are_of_the_guide(db, keep_image):
    first, second = keep_image("a.svg"), keep_image("b.svg")
    drawn = render_guide(body=body(("picture_key", key(first)), ("call_it", {"items": [call(second)]})), guide_id=7)
    assert drawn.image_ids == [first, second]


# --- Pictures to call -------------------------------------------------------------------------------


def test_call_keeps_its_answer_folded_without_a_script(db, keep_image):
    page = draw(("call_it", {"items": [call(keep_image("a.svg")), call(keep_image("b.svg"))]}))
    assert [words(kick) for kick in page.select(".kick")] == ["Picture 1 of 2", "Picture 2 of 2"]
    assert [words(choice) for choice in page.select_one(".choices").select("li")] == ["Skin fold", "Edge of the lung"]
    assert [words(page.details.summary), words(page.details.p)] == [
        "The answer",
        "Edge of the lung. No vessels beyond it.",
    ]
    assert not page.details.has_attr("open")
    assert [button.find_parent(hidden=True) is not None for button in page.select("button")] == [True] * 3
    assert page.select_one("[data-answer]")["data-answer"] == "Edge of the lung"


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"answer": "Rib"}, "answer", "“Rib” is none of the choices."),
        ({"answer": ""}, "answer", "“” is none of the choices."),
        ({"choices": ["Edge of the lung"]}, "choices", "Give two choices or more, none of them empty."),
        ({"choices": ["Edge of the lung", " "]}, "choices", "Give two choices or more, none of them empty."),
        ({"choices": ["Rib", "Edge of the lung", "Rib "]}, "choices", "Two choices are the same."),
        ({"feedback": "<p> </p>"}, "feedback", "Say why it is that one."),
    ],
)
def test_call_that_is_wrong_is_told(changes, field, told):
    assert find_faults_of_call(call(**changes)) == {field: told}


def test_studio_says_what_is_wrong_beside_the_field(db, keep_image):
    block = CallBlock()
    image = keep_image("a.svg")
    assert block.clean(block.to_python(call(image)))["answer"] == "Edge of the lung"
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python(call(image, answer="Rib")))
    assert refused.value.block_errors["answer"].message == "“Rib” is none of the choices."


def test_call_that_is_wrong_is_a_fault_of_the_guide(db, keep_image):
    image = keep_image("a.svg")
    calls = ("call_it", {"items": [call(image), call(image, answer="Rib")]})
    assert tell_stopping(body(calls), Guide) == ["Picture 2 to call: “Rib” is none of the choices."]


def test_search_does_not_tell_the_answers():
    assert not hasattr(CallItBlock(), "read_words")
