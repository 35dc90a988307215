"""What keeps a guide from going live, and that it does at every door."""

import json
import re
from datetime import date

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.rich_text import RichText

from courses.faults.rules.pictures import LARGEST
from courses.models import Lesson, LessonRendering
from escan.loader.guides import load_guides
from escan.loader.rows import BrokenFile
from guides.faults import going_live
from guides.models import Guide
from tests.course_fixtures import SVG, blocks
from tests.faults import find_refused
from tests.guides.writing import FILE, REVIEWED, load_guide, write_file

PICTURE = {"image": 0, "alt_text": "A white line.", "decorative": False}
NO_WORDS = "A link to “https://example.org” has no words: write where it leads."


def nowhere(address: str) -> str:
    return f"The link “x” leads nowhere: there is no “{address}”."


def draft(guide: Guide, *body: tuple[str, object], **fields: object) -> Guide:
    """As it would be published."""
    guide.body = json.dumps(blocks("guide", *body))
    for name, value in fields.items():
        setattr(guide, name, value)
    return guide.save_revision().as_object()


def told(guide: Guide, text: str) -> list[str]:
    return find_refused(draft(guide, ("text", text))).get(NON_FIELD_ERRORS, [])


def test_whole_guide_has_no_fault(guide):
    assert find_refused(guide) == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p><a href="https://example.org"></a></p>', NO_WORDS),
        ('<p><a href="https://example.org"> </a></p>', NO_WORDS),
        (
            '<p><a href="/courses/chest-film/none/">x</a></p>',
            nowhere("/courses/chest-film/none/"),
        ),
        (
            '<p><a href="/courses/none/first-look/">x</a></p>',
            nowhere("/courses/none/first-look/"),
        ),
        ('<p><a href="/courses/none/">x</a></p>', nowhere("/courses/none/")),
        ('<p><a href="/guides/none/">x</a></p>', nowhere("/guides/none/")),
        ('<p><a href="/nothing/">x</a></p>', nowhere("/nothing/")),
        ('<p><a href="example.org">x</a></p>', nowhere("example.org")),
        ('<p><a href="#none">x</a></p>', nowhere("#none")),
        ('<p><a linktype="page" id="999999">x</a></p>', nowhere("999999")),
        ("<p>doi:none/1</p>", "“none/1” is no DOI: one begins with 10 and a point, as in 10.1148/radiol.13122581."),
        (
            '<p><a href="https://doi.org/1">x</a></p>',
            "“1” is no DOI: one begins with 10 and a point, as in 10.1148/radiol.13122581.",
        ),
    ],
)
def test_broken_link_is_told(guide, text, fault):
    assert told(guide, text) == [fault]


@pytest.mark.parametrize(
    "address",
    [
        "/courses/chest-film/first-look/",
        "/courses/chest-film/",
        "/guides/edge/",
        "/guides/",
        "/pricing/",
        "#a-heading",
        "https://example.org/x",
        "mailto:a@example.org",
    ],
)
def test_link_that_leads_somewhere_is_not_told(guide, address):
    assert told(guide, f'<h2>A heading</h2><p><a href="{address}">x</a></p>') == []


def no_part(page: str, part: str, near: str) -> list[str]:
    return [
        f"The link “x” leads to a part that is not there: “{page}” has no “#{part}”.",
        f"The nearest part of “{page}” is “#{near}”.",
    ]


def test_link_to_a_part_that_is_not_there_is_told_with_the_nearest(root, guide, settings):
    load_guide(root, slug="rim")
    for address, is_there in {
        "/guides/rim/#what-it-is": True,
        "/guides/rim/#part-for-patients": True,
        "/guides/rim/#main": True,
        "/guides/rim/#top": True,
        "/guides/rim/#:~:text=vessels": True,
        "/guides/rim/#": True,
        f"{settings.SITE_URL}/guides/rim/#what-now": True,
        "/pricing/#anything": True,
        "https://example.org/#what": True,
        "/guides/rim/#what-is-it": False,
        f"{settings.SITE_URL}/guides/rim/#what-is-it": False,
    }.items():
        faults = [] if is_there else no_part("/guides/rim/", "what-is-it", "what-it-is")
        assert told(guide, f'<p><a href="{address}">x</a></p>') == faults, address


def test_link_to_a_part_of_a_lesson_is_told_with_the_nearest(guide, course):
    there = LessonRendering.objects.published().get(lesson__slug="first-look").html
    block = re.search(r' id="(b-[^"]+)"', there)[1]
    assert told(guide, f'<p><a href="/courses/chest-film/first-look/#{block}">x</a></p>') == []
    page = "/courses/chest-film/first-look/"
    assert told(guide, f'<p><a href="{page}#maine">x</a></p>') == no_part(page, "maine", "main")


def test_link_to_a_part_of_the_guide_itself_is_of_what_is_written(guide):
    assert told(guide, '<h2>New part</h2><p><a href="/guides/edge/#new-part">x</a></p>') == []
    faults = told(guide, '<h2>New part</h2><p><a href="/guides/edge/#what-it-is">x</a></p>')
    assert faults[0].endswith("“/guides/edge/” has no “#what-it-is”.")


def test_part_of_a_guide_that_goes_live_at_the_same_time_is_the_new_one(root, guide):
    write_file(root, FILE.replace("## What it is", "## What an edge is"))
    write_file(root, FILE.replace("elsewhere.", "elsewhere. [Edge](/guides/edge/#what-an-edge-is)"), slug="rim")
    assert "guide/rim: published" in list(load_guides(root))


def test_link_to_a_guide_that_is_a_draft_is_told(root, guide):
    other = load_guide(root, slug="rim")
    other.unpublish()
    fault = "The link “x” leads to “/guides/rim/”, which is not published: publish it, or take it out."
    assert told(guide, '<p><a href="/guides/rim/">x</a></p>') == [fault]
    with going_live([other.pk]):
        assert told(guide, '<p><a href="/guides/rim/">x</a></p>') == []


def test_link_may_lead_to_the_academy_itself(guide, settings):
    assert told(guide, f'<p><a href="{settings.SITE_URL}">x</a></p>') == []


def test_link_may_have_an_address_of_before(guide, course):
    lesson = Lesson.objects.get(slug="first-look")
    lesson.slug = "glance"
    lesson.save_revision().publish()
    guide.slug = "rim"
    guide.save_revision().publish()
    fresh = Guide.objects.get()
    links = "".join(f'<p><a href="{at}">x</a></p>' for at in ("/courses/chest-film/first-look/", "/guides/edge/"))
    assert told(fresh, links) == []
    lesson.unpublish()
    assert len(told(fresh, links)) == 1


def test_words_that_are_missing_are_told(guide):
    references = ("references", {"references": ["A. Title.", " "]})
    answers = ("answers", {"answers": [{"question": "Why?", "answer": "<p></p>"}]})
    assert find_refused(draft(guide, ("text", "<h2>Questions</h2>"), references, answers))[NON_FIELD_ERRORS] == [
        "A reference is empty: write it, or take it out.",
        "Each question has an answer, and each answer a question: one is empty.",
    ]


def test_heading_of_the_second_level_needs_one_of_the_first(guide):
    answers = ("answers", {"answers": [{"question": "Why & how?", "answer": "<p>So.</p>"}]})
    assert find_refused(draft(guide, answers))[NON_FIELD_ERRORS] == [
        "Above “Why & how?” there is no heading of the first level: put one before it."
    ]
    assert find_refused(draft(guide, ("text", "<h2>Questions</h2>"), answers)) == {}


@pytest.mark.parametrize(
    ("alt", "fault"),
    [
        ("", "Say what the picture shows, or mark it as decorative."),
        ("IMG_0042.png", "This is a file's name. Say what a reader who cannot see the picture must know."),
    ],
)
def test_picture_needs_words(guide, alt, fault):
    assert find_refused(draft(guide, figure(guide, alt_text=alt)))[NON_FIELD_ERRORS] == [fault]


def figure(guide: Guide, *, image: int = 0, **changes: object) -> tuple[str, object]:
    shown = {**PICTURE, "image": image or guide.rendering.image_ids[0], **changes}
    return "figure", {"panels": [{"image": shown, "label": "", "text": ""}], "caption": "C", "source": "S"}


def test_large_figure_is_told_with_the_limit(guide):
    drawing = SVG.format(size=10).replace("</svg>", f"<!--{'x' * LARGEST}--></svg>")
    image = get_image_model().objects.create(title="Large", file=ContentFile(drawing.encode(), name="large.svg"))
    assert find_refused(draft(guide, figure(guide, image=image.pk)))[NON_FIELD_ERRORS] == [
        "The picture “Large” has 501 kB, and a guide shows at most 500 kB. Save it smaller."
    ]


def test_address_of_another_guide_is_told(root, guide):
    other = load_guide(root, FILE, slug="fold")
    guide.slug = "fold"
    [taken] = find_refused(guide)["slug"]
    assert taken == "The guide “The edge of the lung” has the address “fold” already. Choose another."
    other.slug = "feed"
    assert find_refused(other)["slug"] == ["“feed” is an address of the list of guides itself. Choose another."]


def test_related_lesson_that_readers_do_not_find_is_told(guide):
    Lesson.objects.get(slug="first-look").unpublish()
    assert find_refused(guide)["related"] == [
        "Readers do not find the lesson “First look”: publish it and its course, or take it out."
    ]


def test_nothing_goes_live_by_publishing(client, guide):
    revision = draft(guide, ("text", '<p>Broken. <a href="/nothing/">x</a></p>')).latest_revision
    with pytest.raises(ValidationError):
        revision.publish()
    assert b"Broken." not in client.get("/guides/edge/").content


def test_nothing_goes_live_by_the_loader(client, root, guide):
    write_file(root, FILE.replace("It lies elsewhere.", "Broken. [x](/nothing/)"))
    with pytest.raises(BrokenFile, match=r"edge\.md: The link “x” leads nowhere: there is no “/nothing/”\.$"):
        list(load_guides(root))
    assert b"Broken." not in client.get("/guides/edge/").content


def test_loader_tells_of_fields(root):
    write_file(root, FILE.replace("summary: ", f"summary: {'x' * 160}"))
    with pytest.raises(BrokenFile, match=r"edge\.md: summary: .*160"):
        list(load_guides(root))
    assert not Guide.objects.exists()


def test_review_has_a_name_and_a_day(root):
    write_file(root, FILE.replace("position:", "reviewer: Ada Lindqvist, MD\nposition:"))
    with pytest.raises(BrokenFile, match=r"edge\.md: A medical review has both"):
        list(load_guides(root))
    assert not Guide.objects.exists()


CHANGED = (
    "The text is not the one that Ada Lindqvist, MD reviewed on 20 November 2026: take reviewer and date out, or have"
    " it reviewed anew and give the new date."
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It lies elsewhere.", "It lies lower."),
        ("A white line below the apex.", "A black line below the apex."),
        ("title: The edge", "title: The rim"),
        ("summary: What", "summary: Now what"),
    ],
)
def test_review_ends_where_the_text_changes(client, root, before, after):
    load_guide(root, REVIEWED)
    changed = REVIEWED.replace(before, after)
    write_file(root, changed)
    with pytest.raises(BrokenFile, match=f"edge.md: reviewer: {CHANGED}"):
        list(load_guides(root))
    assert after.rpartition(": ")[2] not in client.get("/guides/edge/").content.decode()


@pytest.mark.parametrize(
    ("signed", "byline"),
    [
        ({"reviewed_on": date(2026, 11, 27)}, "Medically reviewed by Ada Lindqvist, MD on 27 November 2026."),
        ({"reviewer": "", "reviewed_on": None}, "Not yet reviewed by a physician"),
    ],
)
def test_changed_text_goes_live_reviewed_anew_or_without_a_review(client, root, signed, byline):
    guide = load_guide(root, REVIEWED)
    for name, value in {**signed, "body": blocks("new", ("text", "<p>Other words.</p>"))}.items():
        setattr(guide, name, value)
    guide.save_revision().publish()
    page = client.get("/guides/edge/").content.decode()
    assert "Other words." in page
    assert byline in page


def test_review_stays_where_the_text_does(root):
    load_guide(root, REVIEWED)
    load_guide(root, REVIEWED.replace("position: 1", "position: 2"))
    guide = Guide.objects.get()
    assert (guide.position, guide.reviewer) == (2, "Ada Lindqvist, MD")
    keys = str(guide.body[0].value).replace("<p>", '<p data-block-key="x1">')
    guide.body[0] = ("text", RichText(keys.replace('<div class="rich-text">', "")))
    assert find_refused(guide) == {}
    guide.unpublish()
    guide.summary = "Another."
    assert find_refused(guide) == {"reviewer": [CHANGED]}
