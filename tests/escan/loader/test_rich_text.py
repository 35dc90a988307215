"""What the studio's editor writes goes out as Markdown that is read as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escan.loader.errors import ContentError
from escan.loader.prose import inline_html, normalize_link, refusing_html, to_html
from escan.loader.rich_text import read_html, to_inline_markdown, to_markdown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Plain words.</p>", "Plain words."),
        ('<p data-block-key="a">a <b>bold </b>x</p>', "a **bold** x"),
        ("<p>(a)<b>(b)</b>c</p>", "(a)**(b)**&#99;"),
        ("<h2>One</h2><h3>Two #</h3>", "## One\n\n### Two \\#"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul><ul><li>c</li></ul>", "- a\n  - b\n\n* c"),
        ("<ol><li>a</li><li>b<br/>c</li></ol>", "1. a\n2. b\\\n   c"),
        ("<p># no</p><p>1. no</p><p>- no</p>", "\\# no\n\n1\\. no\n\n\\- no"),
        ("<p>H<sub>2</sub>O, 10<sup>a b</sup></p>", "H~2~O, 10^a\\ b^"),
        ('<p><a href="https://x.org/a(b)?c&amp;d">x</a></p>', "[x](<https://x.org/a(b)?c&d>)"),
        ("<p>a_b &lt;b&gt; 5&nbsp;mm</p>", "a_b \\<b> 5&nbsp;mm"),
        ("<p>::: x</p>", "&#58;:: x"),
        ("<p></p><p> </p>", ""),
    ],
)
def test_rich_text_is_written_as_plainly_as_it_reads_back(html, text):
    assert to_markdown(html) == text
    assert read_html(to_html(text)) == read_html(html)


def test_words_within_a_paragraph_are_one_line_or_broken_ones():
    assert to_inline_markdown("a <i>b</i><br/>c") == "a *b*\\\nc"
    assert inline_html("a *b*\\\nc") == "a <em>b</em><br/>c"


LETTERS = st.text("ab 1.-+#*_~^[]()<>&;:\\`|!\xa0é\n", min_size=0, max_size=8)
MARKED = st.builds(
    lambda tag, words: f"<{tag}>{escape(words)}</{tag}>" if tag else escape(words),
    st.sampled_from(["", "b", "i", "sub", "sup", "b", ""]),
    LETTERS,
)


def escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")


@given(st.lists(MARKED, max_size=5), st.sampled_from(["p", "h2", "li"]))
def test_whatever_is_marked_comes_back(parts, tag):
    html = f"<{tag}>{''.join(parts)}</{tag}>"
    html = f"<ul>{html}</ul>" if tag == "li" else html
    try:
        text = to_markdown(html)
    except ContentError:
        # Told by the export, and never written as something else.
        return
    assert read_html(to_html(text)) == read_html(html)
    assert to_markdown(to_html(text)) == text


@pytest.mark.parametrize(
    "text", ["<script>", "<p onclick=x>y</p>", "<!-- x -->", "[x](javascript:y)", "[x](JAVA&#115;cript:y)", "a\x00b"]
)
def test_what_could_act_is_told_where_that_is_asked(text):
    with refusing_html(), pytest.raises(ContentError):
        to_html(text)
    assert "<script" not in to_html(text)


def test_link_that_runs_something_leads_nowhere():
    assert normalize_link("javascript:alert(1)") == ""
    assert to_markdown('<p><a href="javascript:alert(1)">x</a></p>') == "x"
