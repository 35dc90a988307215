import json

import pytest
from bs4 import BeautifulSoup
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from courses.writing.blocks import TEXT
from escan.loader.errors import ContentError
from escan.loader.markdown import GUIDE_READERS, Keep, ShippedView, read_blocks, read_front_matter
from escan.loader.prose import inline_html, to_html


def no_image(name: str) -> int:
    raise AssertionError(name)


def blocks(text: str, slug: str = "lesson") -> list[dict]:
    return read_blocks(
        text,
        slug=slug,
        keep=Keep(
            image=lambda name: {"a.svg": 1, "b.svg": 2}[name],
            video=lambda name: {"lecture": 7}[name],
            question=lambda key: {"check-a": 3}[key],
            view=lambda key: {"amorphous": ShippedView(5, 20.04, "1,2 3,4 5,6"), "normal": ShippedView(6, 80, "")}[key],
        ),
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One **two** *three*", "<p>One <strong>two</strong> <em>three</em></p>"),
        ("CO~2~ and mm^3^", "<p>CO<sub>2</sub> and mm<sup>3</sup></p>"),
        ("## A\n\n### B", "<h2>A</h2>\n<h3>B</h3>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("[x](https://example.org/?a=1&b=2)", '<p><a href="https://example.org/?a=1&amp;b=2">x</a></p>'),
        ("2 < 3 & 4 > 1", "<p>2 &lt; 3 &amp; 4 &gt; 1</p>"),
        ("a &micro; b", "<p>a µ b</p>"),
        (r"\*stars\*", "<p>*stars*</p>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("`code`", "<p>`code`</p>"),
        ("> quote", "<p>&gt; quote</p>"),
        ("![alt](x.png)", '<p>!<a href="x.png">alt</a></p>'),
    ],
)
def test_to_html_knows_the_subset_and_leaves_the_rest_as_text(text, html):
    assert to_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](&#106;avascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example/"onmouseover="alert(1))',
    ],
)
@pytest.mark.parametrize("convert", [to_html, inline_html])
def test_what_could_act_is_harmless(text, convert):
    soup = BeautifulSoup(convert(text), "html.parser")
    assert soup.find(["script", "img", "iframe"]) is None
    for link in soup.find_all("a"):
        assert str(link["href"]).startswith("https://")
        assert [name for name in link.attrs if name.startswith("on")] == []


def test_inline_html_is_one_line():
    assert inline_html("One\n  **two**\n\nthree") == "One <strong>two</strong> three"
    assert inline_html(7) == "7"


def test_front_matter_is_split_from_the_text():
    assert read_front_matter("---\ntitle: A\nminutes: 5\n---\nText\n---\nmore") == (
        {"title": "A", "minutes": 5},
        "Text\n---\nmore",
    )


@pytest.mark.parametrize("text", ["", "no front matter", "---\ntitle: A\n", "\n---\ntitle: A\n---\n"])
def test_front_matter_must_open_the_file(text):
    with pytest.raises(ContentError, match="does not start with front matter"):
        read_front_matter(text)


def test_blocks_are_in_order_and_have_ids_that_stay():
    text = "Before.\n\n::: pearl\nMind this.\n:::\n\nAfter.\n"
    found = blocks(text)
    assert [(block["type"], block["value"]) for block in found] == [
        ("text", "<p>Before.</p>"),
        ("callout", {"kind": "pearl", "text": "Mind this."}),
        ("text", "<p>After.</p>"),
    ]
    assert [block["id"] for block in blocks(text)] == [block["id"] for block in found]
    changed = blocks(text.replace("Mind", "Do mind"))
    assert [block["id"] for block in changed] == [block["id"] for block in found]
    assert {block["id"] for block in blocks(text, "other")}.isdisjoint(block["id"] for block in found)


def test_view_block():
    (block,) = blocks(
        "::: view\ncaption: A *caption*\npanels:\n"
        "  - {view: amorphous, alt: Powder., label: Amorphous, text: Look.}\n"
        "  - {view: amorphous, alt: The same., outline: false}\n:::\n"
    )
    assert block["type"] == "view"
    first, second = block["value"].pop("panels")
    assert block["value"] == {
        "is_synthetic": True,
        "source": "Synthetic, made by eScan Academy; of no patient.",
        "caption": "A <em>caption</em>",
    }
    assert first == {
        "image": {"image": 5, "alt_text": "Powder.", "decorative": False},
        "label": "Amorphous",
        "text": "Look.",
        "width_mm": "20.0",
        "outline": "1,2 3,4 5,6",
    }
    assert (second["outline"], second["label"], second["image"]["alt_text"]) == ("", "", "The same.")


PAIR = "::: pair\ndifference: Size.\nsource: Ours.\npanels:\n  - {view: amorphous, alt: A, label: One}\n"


def test_pair_block():
    (block,) = blocks(PAIR + "  - {view: normal, alt: B, label: Two}\n:::\n")
    assert (block["type"], block["value"]["difference"], block["value"]["source"]) == ("pair", "Size.", "Ours.")
    assert [panel["label"] for panel in block["value"]["panels"]] == ["One", "Two"]


@pytest.mark.parametrize("second", ["", "  - {view: normal, alt: B}\n"])
def test_pair_of_one_or_without_names_is_refused(second):
    with pytest.raises(ContentError, match="a pair has two panels, each with a label"):
        blocks(f"{PAIR}{second}:::\n")


def test_views_between_others_leave_their_ids_as_they_were():
    before = blocks("::: pearl\nA.\n:::\n\nText.\n")
    after = blocks("::: pearl\nA.\n:::\n\n::: view\ncaption: A\npanels: [{view: normal, alt: B}]\n:::\n\nText.\n")
    assert [after[0]["id"], after[2]["id"]] == [block["id"] for block in before]


def test_rates_block():
    (block,) = blocks("::: rates\ndescriptor: amorphous\n:::\n")
    assert (block["type"], block["value"]) == ("rates", {"descriptor": "amorphous"})


@pytest.mark.parametrize("key", ["amorphus", "vascular"])
def test_rates_block_of_what_has_none_is_refused(key):
    with pytest.raises(ContentError, match=f"there are no published rates of “{key or None}”"):
        blocks(f"::: rates\ndescriptor: {key}\n:::\n")


def test_figure_block():
    body = (
        "caption: A *caption*\nsource: Drawn.\npanels:\n"
        "  - {image: a.svg, alt: First, label: L, text: T}\n  - {image: b.svg, alt: Second}\n"
    )
    (block,) = blocks(f"::: figure\n{body}:::\n")
    assert block["value"] == {
        "panels": [
            {"image": {"image": 1, "alt_text": "First", "decorative": False}, "label": "L", "text": "T"},
            {"image": {"image": 2, "alt_text": "Second", "decorative": False}, "label": "", "text": ""},
        ],
        "caption": "A <em>caption</em>",
        "source": "Drawn.",
    }


def table(*rows: list, columns: str = "[text, number, rate]") -> str:
    body = f"caption: C\nsource: S\ncolumns: {columns}\nrows: {json.dumps([['A', 'B', 'C'], *rows])}\n"
    return f"::: table\n{body}:::\n"


def test_table_block():
    (block,) = blocks(table(["**x**", 1204, "27.5 (21-33)"], ["y", "<2", "4"]))
    assert block["value"] == {
        "table": {
            "caption": "C",
            "columns": [
                {"type": "text", "heading": "A"},
                {"type": "number", "heading": "B"},
                {"type": "rate", "heading": "C"},
            ],
            "rows": [
                {"values": ["<strong>x</strong>", "1204", {"percent": "27.5", "low": "21", "high": "33"}]},
                {"values": ["y", "<2", {"percent": "4", "low": None, "high": None}]},
            ],
        },
        "source": "S",
    }


@pytest.mark.parametrize("dash", ["-", "\N{EN DASH}", " - "])
def test_rate_takes_either_dash(dash):
    (block,) = blocks(table(["x", "1", f"10 (2.5{dash}20)"]))
    values = block["value"]["table"]["rows"][0]["values"]
    assert values[2] == {"percent": "10", "low": "2.5", "high": "20"}


@pytest.mark.parametrize(
    "rate", ["x", "101", "10 (2)", "10 (2-101)", "-1", "10%", "10 (2-20", "1.2.3", ".", "10 (20-2)", "50 (1-20)"]
)
def test_rate_that_is_none_is_told(rate):
    with pytest.raises(ContentError, match="is not a rate such as"):
        blocks(table(["x", "1", rate]))


def test_references_block():
    (block,) = blocks("::: references\n- One *2001*,\n  second line.\n- Two.\n:::\n")
    assert block["value"] == {"references": ["One <em>2001</em>, second line.", "Two."]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("::: movie\nx\n:::\n", "there is no block “movie”"),
        ("::: pearl\nx\n", "opened and not closed"),
        ("x\n:::\n", "opened and not closed"),
        ("::: pearl\nx\n::: pitfall\ny\n:::\n", "opened and not closed"),
        (table(["too", "short"]), "the table “C” has rows of different length"),
        (table(["x", "1", "2"], columns="[text, text]"), "the table “C” has rows of different length"),
    ],
)
def test_block_that_is_broken_is_told(text, told):
    with pytest.raises(ContentError, match=told):
        read_blocks(text, slug="x", keep=Keep(image=no_image, video=no_image, question=no_image))


@pytest.mark.parametrize("body", ["caption: [\n", "caption: x\n", "- a\n"])
def test_figure_that_is_broken_raises_what_the_loader_names(body):
    with pytest.raises((ContentError, KeyError)):
        read_blocks(f"::: figure\n{body}:::\n", slug="x", keep=Keep(image=no_image, video=no_image, question=no_image))


# --- Of guides alone --------------------------------------------------------------------------------


def guide_block(text: str) -> dict:
    keep = Keep(image=lambda name: {"a.svg": 1, "course/b.svg": 2}[name])
    (block,) = read_blocks(text, slug="guide/x", keep=keep, readers=GUIDE_READERS)
    return block


def test_matrix_block():
    block = guide_block("::: matrix\n:::\n")
    assert (block["type"], block["value"]) == ("matrix", None)
    with pytest.raises(ContentError, match="leave its body empty"):
        guide_block("::: matrix\ndescriptor: amorphous\n:::\n")
    with pytest.raises(ContentError, match="there is no block “matrix”"):
        blocks("::: matrix\n:::\n")


def test_picture_key_block():
    form = "{image: course/b.svg, alt: Rings, name: Skin, text: Small.}"
    block = guide_block(f"::: picture-key\ngroups:\n  - title: Typically benign\n    forms: [{form}]\n:::\n")
    image = {"image": 2, "alt_text": "Rings", "decorative": False}
    forms = [{"image": image, "name": "Skin", "text": "Small."}]
    assert block["type"] == "picture_key"
    assert block["value"] == {"groups": [{"title": "Typically benign", "forms": forms}]}


def call_it(answer: str, choices: str = "[Rim, 4]") -> str:
    item = f"{{image: a.svg, alt: A ring, choices: {choices}, answer: {answer}, feedback: A **thin** shell.}}"
    return f"::: call-it\nitems:\n  - {item}\n:::\n"


def test_call_it_block():
    block = guide_block(call_it("Rim"))
    assert block["type"] == "call_it"
    assert block["value"]["items"] == [
        {
            "image": {"image": 1, "alt_text": "A ring", "decorative": False},
            "choices": ["Rim", "4"],
            "answer": "Rim",
            "feedback": "A <strong>thin</strong> shell.",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "choices", "told"),
    [
        ("Skin", "[Rim, Vascular]", "“Skin” is none of the choices"),
        ("Rim", "[Rim]", "Give two choices or more"),
        ("Rim", "[Rim, Rim]", "Two choices are the same"),
    ],
)
def test_call_that_is_wrong_is_told(answer, choices, told):
    with pytest.raises(ContentError, match=f"call-it: {told}"):
        guide_block(call_it(answer, choices))


# --- The round trip through the studio's editor -----------------------------------------------------

SAME = {"strong": "b", "em": "i"}


def normal(html: str) -> str:
    """HTML without what the editor writes differently and means alike."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(True):
        tag.name = SAME.get(tag.name, tag.name)
        tag.attrs.pop("data-block-key", None)
    for space in soup.find_all(string=lambda text: text.strip() == "" and "\n" in text):
        space.extract()
    return str(soup)


def through_the_editor(html: str, features: list[str]) -> str:
    converter = ContentstateConverter(features=features)
    return converter.to_database_format(converter.from_database_format(html))


@pytest.mark.parametrize(
    "text",
    [
        "One **two** *three* ~sub~ ^sup^ **bold *and* italic**",
        "## Heading\n\nText with [a link](https://example.org/?a=1&b=2).\n\n### Lower\n\nMore.",
        "- one\n- two **bold**\n\n1. first\n2. second\n",
        "2 < 3 & 4 > 1, “quotes”, 0.5 µm, 27\N{EN DASH}33%",
        "A [**bold link**](https://example.org/) here",
    ],
)
def test_editor_keeps_the_subset_unchanged(text):
    html = to_html(text)
    assert normal(through_the_editor(html, TEXT)) == normal(html)


def test_video_has_a_caption_or_none():
    (with_caption,) = blocks("::: video\nvideo: lecture\ncaption: A *talk* of 2026.\n:::\n")
    (bare,) = blocks("::: video\nvideo: lecture\n:::\n")
    assert with_caption["value"] == {"video": 7, "caption": "A <em>talk</em> of 2026."}
    assert (bare["type"], bare["value"]) == ("video", {"video": 7, "caption": ""})


def test_video_and_check_leave_the_ids_of_other_blocks_alone():
    plain = [block["id"] for block in blocks("One.\n\n::: pearl\nx\n:::\n\nTwo.\n")]
    video, check = "::: video\nvideo: lecture\n:::\n", "::: question\ncheck-a\n:::\n"
    mixed = blocks(f"One.\n\n{video}\n::: pearl\nx\n:::\n\n{check}\nTwo.\n")
    assert [block["id"] for block in mixed if block["type"] not in ("question", "video")] == plain
    assert len({block["id"] for block in mixed}) == 5
