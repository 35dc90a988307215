import pytest

from courses.timing.words import count_words
from tests.course_fixtures import text_of


def section(kind: str, inner: str) -> str:
    return f'<section class="block {kind}" id="b-1" data-block="1">{inner}</section>'


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<h2>The edge</h2><p>It hides a <b>thin</b> line.</p>", 7),
        ("<ul><li>one</li><li>two</li></ul>", 2),
        ("<table><tr><td>5</td><td>7.5%</td></tr></table>", 2),
        ("10<sup>3</sup> mm<br>wide", 3),
        ("from &ndash; to &amp; back", 3),
        ('seen <img alt="a thin line" src="x"> here', 2),
        ('seen <span class="note vh">and <b>heard</b> only</span> here', 2),
        ('seen <svg class="ci"><text x="1">25</text><path d="M0"/></svg> here', 2),
        ('<input type="text"><svg><image href="x"></image></svg> after', 1),
        ("", 0),
    ],
)
def test_counts_what_is_seen(inner, words):
    assert count_words(section("text", inner)) == words


@pytest.mark.parametrize("kind", ["references", "question", "video"])
def test_counts_no_references_and_nothing_that_has_its_own_time(kind):
    html = section("text", "<p>three words here</p>") + section(kind, "<p>none of these</p>")
    assert count_words(html) == 3


def test_counts_a_published_lesson_as_counted_by_hand(course):
    # The text 5; the caption 2, how to enlarge 6, the source 1.
    assert count_words(text_of("first-look").html) == 14
    # The text 2 + 7. The figure 2 + 3, 7, 6, 4. The callout with its name 1 + 5. The table: caption 6, heads 4,
    # rows 5 and 4, how to read a rate 20, source 5. No references.
    assert count_words(text_of("second-look").html) == 9 + 22 + 6 + 44
