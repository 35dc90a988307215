"""Search finds guides, for everyone, by each of their paragraphs."""

from typing import Any

from courses.models import Passage
from courses.search.finding import search
from courses.search.indexing import rebuild_search
from guides.models import Guide
from guides.search_kinds import Guides
from tests.guides.writing import FILE, load_guide


def find(client: Any, text: str) -> list[tuple[str, str]]:
    results = client.get("/search/", {"q": text}).context["answer"].results
    return [(result.kind, result.url.partition(":~:")[0]) for result in results]


def test_stranger_finds_a_guide_by_its_title(client, guide):
    assert ("Guide", "/guides/edge/") in find(client, "edge of the lung")


def test_stranger_finds_a_paragraph_and_is_led_to_its_block(client, guide):
    blocks = {block.block_type: str(block.id) for block in guide.body if block.block_type != "text"}
    assert find(client, "skin fold") == [("Guide", f"/guides/edge/#b-{blocks['answers']}")]
    assert find(client, "ask the doctor") == [("Guide", f"/guides/edge/#b-{blocks['patients']}")]
    assert find(client, "below the apex") == [("Guide", f"/guides/edge/#b-{blocks['figure']}")]
    assert find(client, "supine film lies") == [("Guide", f"/guides/edge/#b-{guide.body[0].id}")]


def test_result_names_heading_and_guide(client, guide):
    [result] = client.get("/search/", {"q": "skin fold"}).context["answer"].results
    assert (str(result.title), list(result.trail)) == ("Is every line an edge?", ["The edge of the lung"])
    assert "<mark>skin</mark> <mark>fold</mark>" in result.excerpt


def test_guides_are_a_group_of_results(client, guide):
    html = client.get("/search/", {"q": "skin fold"}).content.decode()
    assert "In guides" in html


def test_what_was_taken_off_is_not_found(client, guide):
    guide.unpublish()
    assert find(client, "skin fold") == []


def test_guide_under_another_address_is_found_there_alone(client, guide):
    guide.slug = "rim"
    guide.save_revision().publish()
    assert {url.partition("#")[0] for _, url in find(client, "skin fold")} == {"/guides/rim/"}
    assert not Passage.objects.filter(kind="guide", page="edge").exists()


def test_draft_is_not_found_before_it_is_published(client, guide):
    guide.summary = "About the mediastinum."
    revision = guide.save_revision()
    assert find(client, "mediastinum") == []
    revision.publish()
    assert find(client, "mediastinum") == [("Guide", "/guides/edge/")]


def test_all_of_it_can_be_made_anew(client, guide):
    before = list(Passage.objects.filter(kind="guide").values_list("heading", "text", "block"))
    Passage.objects.all().delete()
    rebuild_search()
    assert list(Passage.objects.filter(kind="guide").values_list("heading", "text", "block")) == before


def test_guides_are_read_in_as_many_queries_however_many(root, guide, django_assert_num_queries):
    with django_assert_num_queries(2):  # the guides, and their pictures
        assert [page.address for page in Guides().get_pages()] == ["edge"]
    for slug in ("fold", "rim"):
        load_guide(root, FILE, slug=slug)
    with django_assert_num_queries(2):
        assert sorted(page.address for page in Guides().get_pages()) == ["edge", "fold", "rim"]


def test_search_asks_as_often_however_many_guides(client, root, guide, django_assert_max_num_queries, learner):
    def count() -> int:
        with django_assert_max_num_queries(30) as asked:
            search(learner, text="skin fold")
        return len(asked)

    count()  # what a process remembers
    once = count()
    for slug in ("fold", "rim"):
        load_guide(root, FILE, slug=slug)
    assert Guide.objects.count() == 3
    assert count() == once
