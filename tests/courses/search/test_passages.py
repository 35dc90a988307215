from types import SimpleNamespace

from courses.models import PassageKind
from courses.search.passages import (
    Found,
    group_cues,
    plain,
    read_figure,
    read_pair,
    read_rates,
    read_text,
    read_video,
    under_headings,
)
from courses.writing.blocks import RatesBlock


def cue(start, end, text):
    return SimpleNamespace(start=start, end=end, text=text)


def said(cues):
    return [(speech.second, speech.text) for speech in group_cues(cues)]


def test_each_paragraph_stands_under_its_heading():
    html = (
        "<p>Before &amp; <b>bold</b>.</p><h2>Edge</h2><p>First.</p>"
        "<ul>\n<li>One</li><li>Two<ul><li>In</li></ul></li></ul>"
        "<h3>Empty</h3><h2>Last</h2>"
    )
    assert list(under_headings(html)) == [
        ("", "Before & bold."),
        ("Edge", "First."),
        ("Edge", "One · Two · In"),
        ("Empty", ""),
        ("Last", ""),
    ]


def test_rates_are_found_as_a_table_is():
    block = RatesBlock()
    (found,) = read_rates(block.to_python({"descriptor": "category-3"}))
    assert (found.kind, found.heading) == (PassageKind.TABLE, "Category 3, malignant by study")
    assert found.text == (
        "Study and year, n, Malignant. Menezes 2018, 148 biopsies, 32%. Orel 1999, 141 lesions, masses included, 2.1%. "
        "First the whole series without masses, from the highest; then parts of series, what is counted together, "
        "series with masses, and the atlas. Menezes GLG, J Med Screen 2018. Orel SG and colleagues, Radiology 1999. "
        "Intervals as published: Menezes 2018. "
        "Wilson 95 percent intervals calculated by eScan Academy: from counts, Orel 1999 (3 of 141)."
    )
    assert list(read_rates(block.to_python({"descriptor": "gone"}))) == []


def test_views_are_found_by_their_words_and_by_what_they_show():
    image = SimpleNamespace(contextual_alt_text="Hazy specks.")
    panels = [{"image": image, "label": "CC", "text": "Faint"}, {"image": image, "label": "ML", "text": ""}]
    value = {"panels": panels, "caption": "<i>Two</i> views", "difference": "They layer", "source": "Ours"}
    assert list(read_figure(value)) == [
        Found(
            PassageKind.FIGURE,
            text="Two views. CC Faint. ML. Ours.",
            alternative="Hazy specks. Hazy specks.",
        )
    ]
    assert next(read_pair(value)).text == "They layer. CC Faint. ML. Ours."


def test_only_the_first_place_is_the_block_itself():
    assert [found.is_first for found in read_text("<p>One.</p><p>Two.</p>")] == [True, False]


def test_invisible_letters_part_no_words():
    assert plain("<p>cal\u00adci\u200bfi\ncation</p>") == "calcifi cation"


def test_text_without_paragraphs_and_broken_html_is_read():
    assert plain("Bare <i>words</i>") == "Bare words"
    assert plain("<p>Open <b>end") == "Open end"
    assert plain("</p>Closed") == "Closed"
    assert plain("") == ""


def test_cues_are_grouped_by_half_minutes():
    cues = [cue(0.5, 4, "This is"), cue(4, 12, "a lobule."), cue(12, 30.5, "And a\nduct."), cue(30.5, 33, "Next.")]
    assert said(cues) == [(0, "This is a lobule. And a duct."), (30, "Next.")]
    assert said([cue(5, 90, "Long."), cue(90, 91, "Short.")]) == [(5, "Long."), (90, "Short.")]
    assert said([]) == []


def test_a_video_is_found_by_its_title_and_by_what_is_said():
    video = SimpleNamespace(pk=7, title="Lobules", cues=[cue(2.9, 5, "Milk of calcium.")])
    assert list(read_video({"video": video})) == [
        Found(PassageKind.VIDEO, "Lobules", video_id=7, second=0),
        Found(PassageKind.VIDEO, "Lobules", "Milk of calcium.", video_id=7, second=2, weight=0),
    ]
    assert list(read_video({"video": None})) == []
