"""The loader of guides: idempotent, never over people's work, and clear about what is wrong."""

import pytest

from courses.models import Lesson
from escan.loader.guides import load_guides
from escan.loader.rows import BrokenFile
from escan.models import LoadedContent
from guides.models import Guide
from tests.course_fixtures import SVG
from tests.guides.conftest import root as root
from tests.guides.writing import FILE, relate, write_file
from tests.reviewing import publish

WAITS = "guide/edge: edited in the studio since; the file's version waits there as a draft"
CHANGED = FILE.replace("It lies elsewhere.", "It lies lower.")


@pytest.fixture
def load(root):
    def load(text: str = "", slug: str = "edge") -> list[str]:
        if text:
            write_file(root, text, slug=slug)
        return list(load_guides(root))

    return load


def live_html() -> str:
    return str(Guide.objects.get(slug="edge").rendering.html)


def test_file_becomes_a_published_guide(load):
    assert load(relate(FILE, "chest-film/second-look", "chest-film/first-look")) == ["guide/edge: published"]
    guide = Guide.objects.get()
    assert (guide.title, guide.slug, guide.live, guide.position) == ("The edge of the lung", "edge", True, 1)
    assert (guide.author, guide.reviewer, guide.reviewed_on) == ("eScan Academy", "", None)
    assert [link.lesson.slug for link in guide.related.all()] == ["second-look", "first-look"]
    kinds = ["text", "figure", "text", "answers", "text", "patients", "call_to_action", "references"]
    assert [block.block_type for block in guide.body] == kinds


def test_what_has_not_changed_is_left_alone(load):
    load(FILE)
    revision = Guide.objects.get().latest_revision_id
    assert load() == []
    assert Guide.objects.get().latest_revision_id == revision


def test_changed_file_is_published(load):
    load(FILE)
    assert load(CHANGED) == ["guide/edge: published"]
    assert "It lies lower." in live_html()
    assert Guide.objects.count() == 1


def test_changed_figure_is_published(load, root):
    load(FILE)
    before = Guide.objects.get().rendering.image_ids
    (root / "guides" / "figures" / "edge.svg").write_text(SVG.format(size=50))
    assert list(load_guides(root)) == ["guide/edge: published"]
    assert Guide.objects.get().rendering.image_ids != before


@pytest.mark.parametrize("is_published", [True, False])
def test_guide_edited_in_the_studio_is_not_overwritten(load, is_published):
    load(FILE)
    guide = Guide.objects.get()
    guide.title = "An author's title"
    revision = guide.save_revision()
    if is_published:
        publish(revision)
    assert load(CHANGED) == [WAITS]
    guide = Guide.objects.get()
    assert guide.title == ("An author's title" if is_published else "The edge of the lung")
    assert "It lies lower." not in live_html()
    assert "It lies lower." in str(guide.get_latest_revision_as_object().body.raw_data)
    assert load() == []


def test_guide_with_another_address_is_found_again(load):
    load(FILE)
    guide = Guide.objects.get()
    guide.slug = "rim"
    publish(guide.save_revision())
    assert load(CHANGED) == [WAITS]
    assert Guide.objects.get().slug == "rim"


def test_deleted_guide_stays_deleted(load):
    load(FILE)
    Guide.objects.get().delete()
    assert load(CHANGED) == ["guide/edge: deleted in the studio since; left alone"]
    assert not Guide.objects.exists()


def test_guides_may_lead_to_each_other(load, root):
    write_file(root, FILE.replace("It lies elsewhere.", "As [another](/guides/fold/) says."))
    assert load(FILE.replace("It lies elsewhere.", "As [another](/guides/edge/) says."), slug="fold") == [
        "guide/edge: published",
        "guide/fold: published",
    ]


def test_figure_of_a_course_is_the_same_picture(load, root):
    figures = root / "courses" / "chest-film" / "figures"
    figures.mkdir()
    (figures / "line.svg").write_text(SVG.format(size=30))
    load(FILE.replace("image: edge.svg", "image: chest-film/line.svg"))
    [picture] = [panel["image"] for panel in Guide.objects.get().body[1].value["panels"]]
    assert picture.title == "chest-film/line.svg"


def test_lesson_deleted_in_the_studio_is_left_out(load):
    LoadedContent.objects.create(key="lesson/second-look", sha256="", object_id=999_999)
    load(relate(FILE, "chest-film/first-look", "chest-film/second-look"))
    assert [link.lesson.slug for link in Guide.objects.get().related.all()] == ["first-look"]


RELATED = "Readers do not find the lesson “First look”: publish it and its course, or take it out."
LINKED = "The link “x” leads to “/courses/chest-film/first-look/”, which is not published: publish it, or take it out."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (relate(FILE, "chest-film/first-look"), RELATED),
        (FILE.replace("It lies elsewhere.", "[x](/courses/chest-film/first-look/)"), LINKED),
    ],
    ids=["related", "linked"],
)
def test_guide_waits_where_an_author_took_a_lesson_off_and_the_others_go_live(load, root, text, told):
    Lesson.objects.get(slug="first-look").unpublish()
    write_file(root, FILE, slug="fold")
    assert load(text) == [f"guide/edge: waits as a draft: {told}", "guide/fold: published"]
    assert [guide.slug for guide in Guide.objects.filter(live=True)] == ["fold"]
    assert load() == []


def test_fault_of_the_file_is_told_beside_one_of_an_author(load):
    Lesson.objects.get(slug="first-look").unpublish()
    with pytest.raises(BrokenFile, match=r"edge\.md: .*there is no “/nothing/”"):
        load(relate(FILE, "chest-film/first-look").replace("It lies elsewhere.", "[x](/nothing/)"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("title: The edge of the lung\n", "", r"edge\.md: 'title' is missing"),
        ("image: edge.svg", "image: none.svg", r"edge\.md: there is no figure none\.svg"),
        ("image: edge.svg", "image: none/edge.svg", r"edge\.md: there is no figure none/edge\.svg"),
        ("position: 1", "related: [chest-film/none]", r"edge\.md: related: there is no lesson chest-film/none"),
        ("::: answers", "::: ansers", r"edge\.md: there is no block “ansers”"),
        ("::: answers", "::: question", r"edge\.md: there is no block “question”"),
        ("  answer: |\n", "  anser: |\n", r"edge\.md: 'answer' is missing"),
        ("alt: A white line below the apex.", "alt: edge.svg", r"edge\.md: This is a file's name"),
        ("edges.1", "", r"edge\.md: .*is no DOI"),
    ],
)
def test_broken_file_is_told_and_changes_nothing(load, before, after, told):
    load(FILE)
    html = live_html()
    with pytest.raises(BrokenFile, match=told):
        load(FILE.replace(before, after, 1))
    assert live_html() == html
