import pytest
from django.http import Http404

from courses.models import LessonRendering
from courses.writing.window import Picture, get_covers, get_window, look_into
from tests.course_fixtures import blocks, figure, text_of, write_lesson

HEADING = "<h2>What you will be able to do</h2>"


def render(*parts: tuple[str, str]) -> LessonRendering:
    """As `render_lesson` writes blocks."""
    sections = (f'<section class="block {kind}" id="b-1" data-block="1">{html}</section>' for kind, html in parts)
    return LessonRendering(html="\n".join(sections))


@pytest.mark.parametrize(
    ("html", "objectives"),
    [
        (f"{HEADING}<ul><li>Find <b>it</b>.</li><li>Name it.</li></ul><p>More.</p>", ("Find <b>it</b>.", "Name it.")),
        (f"{HEADING}\n<ol>\n<li>Find it.</li>\n</ol><ul><li>No.</li></ul>", ("Find it.",)),
        (f"{HEADING}<p>A sentence first.</p><ul><li>No.</li></ul>", ()),
        (f"{HEADING}<ul><li>Find it.<ul><li>And more.</li></ul></li></ul>", ()),
        (f"<p>Before.</p>{HEADING}<ul><li>No.</li></ul>", ()),
        ("<h2>Other</h2><ul><li>No.</li></ul>", ()),
        ("<ul><li>No.</li></ul>", ()),
        (HEADING, ()),
    ],
    ids=["list", "numbers", "sentence", "list in a list", "later", "other heading", "no heading", "no list"],
)
def test_window_has_the_list_that_the_lesson_opens_with(html, objectives):
    assert look_into(render(("text", f'<div class="read">{html}</div>'))).objectives == objectives


def test_window_has_no_objectives_of_a_later_block():
    opening = f'<div class="read">{HEADING}<ul><li>No.</li></ul></div>'
    assert look_into(render(("callout", "<p>x</p>"), ("text", opening))).objectives == ()


def test_window_has_the_first_figure_alone():
    first, second = (
        f'<figure><a href="/figures/3/{pk}/"><img src="/figures/3/{pk}/" width="9" height="8" alt="A &lt; B"></a>'
        "</figure>"
        for pk in (7, 8)
    )
    found = look_into(render(("text", "<p>x</p>"), ("figure", first), ("figure", second)))
    assert found.figure == first
    assert found.pictures == (Picture("/figures/3/7/", "9", "8", "A < B"),)
    assert found.image_ids == {7}


def test_window_of_nothing():
    assert look_into(render()) == ((), "", ())


def test_window_of_what_is_not_published(course, locked_lesson):
    assert get_window(locked_lesson.pk).image_ids == set(text_of("second-look").image_ids)
    locked_lesson.unpublish()
    with pytest.raises(Http404):
        get_window(locked_lesson.pk)


def test_covers_are_those_of_first_lessons(course, write_course, keep_image, django_assert_num_queries):
    text = text_of("first-look")
    with django_assert_num_queries(1):
        (picture,) = get_covers()[course.pk]
    assert picture.src == f"/figures/{text.lesson_id}/{text.image_ids[0]}/"
    other = write_course("two", [("M", [("bare", "Bare"), ("rich", "Rich")])])
    write_course("empty", [])
    write_lesson("bare", blocks("bare", ("text", "<p>x</p>")))
    write_lesson("rich", blocks("rich", figure(keep_image("rich.svg"))))
    with django_assert_num_queries(1):
        assert get_covers()[other.pk] == ()
