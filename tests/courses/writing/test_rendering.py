"""Each block of a lesson as HTML, and that nothing an author types becomes markup that acts."""

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from courses.models import Lesson
from courses.writing.rendering import render_lesson, split_blocks
from tests.course_fixtures import Block, block_id, blocks, figure, locked_body
from tests.html import words


@pytest.fixture
def render(db):
    def soup(body: list[Block]) -> BeautifulSoup:
        value = Lesson._meta.get_field("body").to_python(json.dumps(body))
        return BeautifulSoup(render_lesson(body=value, lesson_id=7).html, "html.parser")

    return soup


def table(columns: list[tuple[str, str]], *rows: list[Any]) -> tuple[str, Any]:
    return "table", {
        "table": {
            "caption": "A caption",
            "columns": [{"type": kind, "heading": heading} for kind, heading in columns],
            "rows": [{"values": row} for row in rows],
        },
        "source": "A source.",
    }


def test_block_stands_in_a_section_with_its_id(render):
    soup = render(blocks("x", ("text", "<p>One.</p>"), ("callout", {"kind": "pearl", "text": "Two."})))
    sections = soup.find_all("section")
    assert [section["id"] for section in sections] == [f"b-{block_id('x', 0)}", f"b-{block_id('x', 1)}"]
    assert [section["data-block"] for section in sections] == [block_id("x", 0), block_id("x", 1)]
    assert [section["class"] for section in sections] == [["block", "text"], ["block", "callout"]]


def test_text_keeps_its_headings_and_lists(render):
    text = "<h2>A</h2><h3>B</h3><p>C<sub>1</sub><sup>2</sup><b>D</b><i>E</i></p><ul><li>F</li></ul><ol><li>G</li></ol>"
    assert render(blocks("x", ("text", text))).find("div", class_="read").decode_contents() == text


def test_figure_shows_every_panel_with_its_own_alternative(render, keep_image):
    first, second = keep_image("a.svg", 100), keep_image("b.svg", 120)
    panels = [
        {"image": {"image": first, "alt_text": "A “quoted” <edge>", "decorative": False}, "label": "L", "text": ""},
        {"image": {"image": second, "alt_text": "", "decorative": True}, "label": "", "text": ""},
    ]
    soup = render(blocks("x", figure(first, panels=panels)))
    images = soup.find_all("img")
    assert [image["src"] for image in images] == [f"/figures/7/{first}/", f"/figures/7/{second}/"]
    assert [image["alt"] for image in images] == ["A “quoted” <edge>", ""]
    assert [(image["width"], image["height"]) for image in images] == [("100", "100"), ("120", "120")]
    assert soup.find("figure")["class"] == ["plates", "plates-2"]
    assert [item.get("class") for item in soup.find_all("li")] == [None, ["bare"]]
    assert words(soup.find("figcaption")) == (
        "An upright film with its pleural edge. Select a picture to enlarge it. Drawn for the test."
    )


def test_figure_ids_are_collected_once_and_sorted(keep_image):
    first, second = keep_image("a.svg"), keep_image("b.svg")
    body = blocks("x", figure(second), figure(first), figure(second))
    value = Lesson._meta.get_field("body").to_python(json.dumps(body))
    assert render_lesson(body=value, lesson_id=7).image_ids == [first, second]


@pytest.mark.parametrize(("kind", "name", "word"), [("pearl", "pearl", "Pearl"), ("pitfall", "pit", "Pitfall")])
def test_callout_says_its_kind_in_words(render, kind, name, word):
    soup = render(blocks("x", ("callout", {"kind": kind, "text": "Mind <b>this</b>."})))
    assert soup.find("div", class_="call")["class"] == ["call", name]
    assert words(soup.find("div", class_="call").find("b")) == word
    assert soup.find("p").decode_contents() == "Mind <b>this</b>."


def test_table_has_caption_heads_and_source(render):
    columns = [("text", "Series"), ("number", "n")]
    soup = render(blocks("x", table(columns, ["One <i>series</i>", "1,204"], ["Two", "7"])))
    assert soup.find("caption").get_text() == "A caption"
    assert [cell["scope"] for cell in soup.select("thead th")] == ["col", "col"]
    assert [words(cell) for cell in soup.select("thead th")] == ["Series", "n"]
    assert [cell.get_text(strip=True) for cell in soup.select("tbody th[scope=row]")] == ["Oneseries", "Two"]
    assert soup.select_one("tbody th i").get_text() == "series"
    assert [cell.get_text(strip=True) for cell in soup.select("tbody td.num")] == ["1,204", "7"]
    assert words(soup.find("figcaption")) == "A source."


def test_table_number_is_text_and_never_markup(render):
    soup = render(blocks("x", table([("text", "A"), ("number", "n")], ["One", "<2 <script>alert(1)</script>"])))
    assert soup.find("script") is None
    assert soup.select_one("td.num").get_text(strip=True) == "<2 <script>alert(1)</script>"


def test_table_headings_are_text_and_never_markup(render):
    soup = render(blocks("x", table([("text", "<script>a</script>"), ("number", "<2")], ["One", "1"])))
    assert soup.find("script") is None
    assert [words(cell) for cell in soup.select("thead th")] == ["<script>a</script>", "<2"]


@pytest.mark.parametrize(
    ("rate", "text", "label", "line", "point"),
    [
        (
            ("27.5", "21", "33"),
            "27.5% 21\N{EN DASH}33",
            "27.5 percent, interval 21 to 33",
            ("21%", "33%"),
            ("27.5%", "path"),
        ),
        (("0", "0", "3.7"), "0% 0\N{EN DASH}3.7", "0 percent, interval 0 to 3.7", ("0%", "3.7%"), ("0%", "path")),
        (
            ("100", "97", "100"),
            "100% 97\N{EN DASH}100",
            "100 percent, interval 97 to 100",
            ("97%", "100%"),
            ("100%", "path"),
        ),
        (("4", None, None), "4%", "4 percent, no interval given", None, ("4%", "circle")),
        (("4", "2", None), "4%", "4 percent, no interval given", None, ("4%", "circle")),
    ],
    ids=["interval", "zero", "hundred", "none", "half"],
)
def test_rate_is_drawn_on_its_axis_with_its_interval(render, rate, text, label, line, point):
    """The line runs from end to end with a stop at each; without an interval the point is an open circle."""
    cell = dict(zip(("percent", "low", "high"), rate, strict=True))
    soup = render(blocks("x", table([("text", "A"), ("rate", "Rate")], ["One", cell])))
    (drawn,) = soup.select("tbody td")
    assert drawn.get_text(strip=True, separator=" ") == text
    assert drawn.svg["aria-label"] == label
    whisker = drawn.select_one("line.w")
    assert ((whisker["x1"], whisker["x2"]) if whisker else None) == line
    assert [stop.parent["x"] for stop in drawn.select("path.w")] == list(line or ())
    mark = drawn.select_one(".p")
    assert (mark.parent["x"], mark.name) == point


def test_rates_share_an_axis_from_0_to_100(render):
    soup = render(blocks("x", table([("text", "A"), ("rate", "Rate")], ["One", {"percent": "4"}])))
    ticks = soup.select("thead th.rate svg text")
    assert [(tick["x"], tick.get_text()) for tick in ticks] == [
        ("0%", "0"),
        ("25%", "25"),
        ("50%", "50"),
        ("75%", "75"),
        ("100%", "100"),
    ]
    assert soup.table["class"] == ["tbl", "rates"]
    assert soup.select_one(".legend").get_text().startswith("A filled square is a rate with its interval")


def test_published_rates_are_drawn_as_a_table_of_rates_is(render):
    soup = render(blocks("x", ("rates", {"descriptor": "coarse-heterogeneous"})))
    assert soup.caption.get_text() == "Coarse heterogeneous, malignant by study"
    rows = [[words(cell) for cell in row.select("th, td")] for row in soup.select("tbody tr")]
    assert rows[0] == ["Choi 2021, B", "520 women in all, averaged over readers", "22.1%"]
    assert rows[5:8] == [
        ["Burnside 2005", "14 biopsies", "7.1% 1.3\N{EN DASH}31.5"],
        ["Chula Med J 2015", "176 breasts in all, masses included", "81.2%"],
        [
            "Eur J Radiol 2017",
            "676 biopsies, counted with amorphous, called “indeterminate”",
            "27% 23.8\N{EN DASH}30.5",
        ],
    ]
    assert soup.select("tbody svg.ci")[5]["aria-label"] == "7.1 percent, interval 1.3 to 31.5"
    assert "from counts, Burnside 2005 (1 of 14)" in words(soup.figcaption)


def test_rates_that_the_data_no_longer_have_draw_nothing(render):
    soup = render(blocks("x", ("rates", {"descriptor": "gone"}), ("text", "<p>After.</p>")))
    assert [section["class"][1] for section in soup.find_all("section")] == ["rates", "text"]
    assert (soup.table, words(soup)) == (None, "After.")


def test_table_of_words_is_no_plot(render):
    soup = render(blocks("x", table([("text", "A"), ("text", "B")], ["One", "Two"])))
    assert soup.table["class"] == ["tbl", "stacks"]
    assert soup.select(".legend, svg") == []
    assert soup.select_one("td")["data-label"] == "B"


def test_table_marks_the_name_that_repeats_the_one_above(render):
    """It stays in the row for who does not see the table as a whole."""
    rate = {"percent": "4"}
    body = [["Round", rate], ["Round", rate], ["Linear", rate], ["Round", rate]]
    soup = render(blocks("x", table([("text", "A"), ("rate", "Rate")], *body)))
    rows = soup.select("tbody tr")
    assert [row.get("class") for row in rows] == [None, ["repeats"], None, None]
    assert [row.th.get_text(strip=True) for row in rows] == ["Round", "Round", "Linear", "Round"]


def test_figure_leads_to_each_picture_by_itself(render, keep_image):
    first = keep_image("a.svg")
    soup = render(blocks("x", figure(first)))
    (link,) = soup.select("figure a.zoom")
    assert link["href"] == link.img["src"] == f"/figures/7/{first}/"
    assert link.get_text(strip=True) == "Enlarge Labelled plate"


def test_blocks_are_found_again(render):
    html = str(render(blocks("x", ("text", "<p>One.</p>"), ("callout", {"kind": "pearl", "text": "Two."}))))
    (text, callout) = split_blocks(html)
    assert (text[0], text[1].strip()) == ("text", '<div class="read"><p>One.</p></div>')
    assert (callout[0], "Two." in callout[1]) == ("callout", True)


def test_references_are_a_numbered_list(render):
    soup = render(blocks("x", ("references", {"references": ["One <i>2001</i>.", "Two."]})))
    assert [item.decode_contents() for item in soup.select("ol > li")] == ["One <i>2001</i>.", "Two."]
    assert soup.find("h2").get_text() == "References"


def test_plain_fields_never_become_markup(render, keep_image):
    attack = '"><script>alert(1)</script>'
    image = keep_image()
    panel = {"image": {"image": image, "alt_text": attack, "decorative": False}, "label": attack, "text": attack}
    caption = table([("text", "A")], ["One"])
    caption[1]["table"]["caption"] = attack
    soup = render(blocks("x", figure(image, panels=[panel]), caption))
    assert soup.find("script") is None
    assert soup.find("img")["alt"] == attack
    assert soup.find("b").get_text() == attack
    assert soup.find("caption").get_text() == attack


def test_every_block_leaves_no_template_markup(render, keep_image):
    html = str(render(locked_body(keep_image())))
    assert re.findall(r"\{[{%]|None|\bundefined\b", html) == []


@pytest.mark.parametrize(
    ("stored", "html"),
    [
        ("Mind <b>this</b>.", "Mind <b>this</b>."),
        ('<p data-block-key="a1">Mind <b>this</b>.</p>', "Mind <b>this</b>."),
        ('<p data-block-key="a1">One.</p>\n<p data-block-key="b2">Two.</p>', "One.<br/>Two."),
        ('<p data-block-key="a1">One.</p><p data-block-key="b2"></p>', "One."),
        ("<pre>", "<pre>"),
    ],
    ids=["loader", "editor", "two paragraphs", "empty paragraph", "another tag"],
)
def test_text_within_a_paragraph_is_wrapped_once(db, stored, html):
    value = Lesson._meta.get_field("body").to_python(
        json.dumps(
            blocks("x", ("callout", {"kind": "pearl", "text": stored}), ("references", {"references": [stored]}))
        )
    )
    rendered = render_lesson(body=value, lesson_id=7).html
    assert f"<p>{html}</p>" in rendered
    assert f"<li>{html}</li>" in rendered


def test_words_that_look_like_the_editors_marks_stay(render):
    """Only what stands within a tag is the editor's."""
    soup = render(blocks("x", ("text", '<p data-block-key="a">Write &lt;p data-block-key="b"&gt; here.</p>')))
    assert str(soup.p) == '<p>Write &lt;p data-block-key="b"&gt; here.</p>'
