"""What authors do with guides in the studio."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from core.keeping import is_kept
from courses.models import Lesson
from courses.studio.queries import get_edited_by, get_unpublished
from courses.writing.blocks import INLINE, TEXT
from guides import studio as guides_studio
from guides.models import Guide
from guides.services import ensure_index, lock_guides
from tests.conftest import make_user
from tests.guides.writing import FILE, load_guide
from tests.reviewing import do_without_review

PUBLISH = {"action-publish": "action-publish"}


@pytest.fixture(autouse=True)
def without_review(db):
    do_without_review()


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def form(*lessons: Lesson, text: str = "<p>Words.</p>", **changes: Any) -> dict[str, Any]:
    body = streamfield([("text", rich_text(text, features=TEXT))])
    related = inline_formset([{"lesson": str(lesson.pk)} for lesson in lessons])
    fields = {"title": "The fold", "slug": "fold", "summary": "A fold of skin.", "author": "eScan Academy"}
    return {**fields, "reviewer": "", **nested_form_data({"body": body, "related": related}), **changes}


def add(studio: Any, **changes: Any) -> Any:
    return studio.post(f"/studio/pages/add/guides/guide/{ensure_index().pk}/", {**form(), **changes})


def told(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_author_publishes_a_guide(studio, client, course):
    lesson = Lesson.objects.get(slug="first-look")
    response = add(studio, **form(lesson), **PUBLISH)
    assert response.status_code == 302
    guide = Guide.objects.get()
    assert (guide.live, guide.slug, guide.position) == (True, "fold", 0)
    page = BeautifulSoup(client.get("/guides/fold/").content, "html.parser")
    assert page.select_one(".lesson").get_text(strip=True) == "Words."
    assert [link["href"] for link in page.select(".related a")] == [lesson.get_absolute_url()]


def test_draft_may_lack_what_a_guide_needs(studio, client):
    assert add(studio, **form(text='<p><a href="/nothing/">x</a></p>', summary="")).status_code == 302
    assert Guide.objects.get().live is False
    assert client.get("/guides/fold/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"summary": ""}, "This field is required."),
        ({"summary": "x" * 161}, "Ensure this value has at most 160 characters"),
        ({"slug": "feed"}, "“feed” is an address of the list of guides itself. Choose another."),
        ({"reviewer": "Ada Lindqvist, MD"}, "A medical review has both: who reviewed the guide, and on which day."),
        (form(text='<p><a href="/nothing/">x</a></p>'), "The link “x” leads nowhere: there is no “/nothing/”."),
    ],
    ids=["summary", "long", "reserved", "review", "link"],
)
def test_studio_says_what_is_wrong_and_nothing_goes_live(studio, client, changes, reason):
    response = add(studio, **changes, **PUBLISH)
    assert response.status_code == 200
    assert reason in told(response)
    assert not Guide.objects.exists()


UNREADABLE = "“Body” did not arrive as the editor sends it. It shows what is saved: write it again."


@pytest.mark.parametrize("sent", ["", "{", "<p>x</p>", "[]"])
@pytest.mark.parametrize("action", [PUBLISH, {}], ids=["publish", "draft"])
def test_reference_that_is_no_json_is_told_and_nothing_is_lost(studio, client, guide, sent, action):
    references = {"references": streamfield([("item", sent)])}
    body = nested_form_data({"body": streamfield([("references", references)])})
    data = {**form(title="Other words", slug="edge"), **body, "position": "1", **action}
    response = studio.post(f"/studio/pages/{guide.pk}/edit/", data)
    assert response.status_code == 200
    assert UNREADABLE in told(response)
    assert "no vessels beyond it" in response.content.decode()
    assert response.context["form"]["title"].value() == "Other words"
    assert "Other words" not in client.get("/guides/edge/").content.decode()
    assert guide.revisions.count() == 1


@pytest.mark.parametrize("left_out", ["body-count", "body-0-type", "body-0-value"])
def test_body_that_lacks_a_part_of_its_form_is_told(studio, guide, left_out):
    data = {**form(slug="edge"), "position": "1", **PUBLISH}
    del data[left_out]
    response = studio.post(f"/studio/pages/{guide.pk}/edit/", data)
    assert response.status_code == 200
    assert guide.revisions.count() == 1


def test_guide_without_text_does_not_go_live(studio):
    empty = {**form(), **nested_form_data({"body": streamfield([])})}
    response = studio.post(f"/studio/pages/add/guides/guide/{ensure_index().pk}/", {**empty, **PUBLISH})
    assert "The guide has no text yet: write it first." in told(response)
    assert not Guide.objects.filter(live=True).exists()


def test_new_guide_goes_last_unless_its_author_says_where(studio, guide):
    page = studio.get(f"/studio/pages/add/guides/guide/{ensure_index().pk}/")
    assert not BeautifulSoup(page.content, "html.parser").select_one("[name=position]").get("value")


def test_address_that_exists_is_refused(studio, guide):
    response = add(studio, slug="edge", **PUBLISH)
    assert "The slug 'edge' is already in use within the parent page" in told(response)
    assert Guide.objects.count() == 1


def test_related_lesson_that_is_not_published_is_told(studio, course):
    lesson = Lesson.objects.get(slug="first-look")
    lesson.unpublish()
    response = add(studio, **form(lesson), **PUBLISH)
    assert "Readers do not find the lesson “First look”" in told(response)
    assert not Guide.objects.exists()


def test_address_of_a_draft_that_was_taken_meanwhile_is_refused(studio, root, guide):
    """A draft keeps the address that it asks for to itself, so another guide may get it first."""
    guide.slug = "fold"
    revision = guide.save_revision()
    load_guide(root, FILE, slug="fold")
    data = {**form(), "position": "1", **PUBLISH}
    response = studio.post(f"/studio/pages/{guide.pk}/edit/", data)
    assert "already in use" in told(response)
    with pytest.raises(Exception, match="has the address “fold” already"):
        revision.publish()
    assert Guide.objects.get(pk=guide.pk).slug == "edge"


def test_preview_is_what_a_stranger_sees(studio, guide):
    address = f"/studio/pages/{guide.pk}/edit/preview/"
    data = form(title="Another title", slug="edge", text="<h2>Not yet</h2><p>published</p>")
    assert studio.post(address, data).json()["is_valid"]
    page = BeautifulSoup(studio.get(address).content, "html.parser")
    assert page.h1.string == "Another title"
    assert [link["href"] for link in page.select("aside a")] == ["#not-yet"]
    assert "Preview, not published" in page.get_text()
    assert "Sign in" in page.header.get_text()


def test_view_live_leads_to_our_address(studio, guide):
    page = BeautifulSoup(studio.get(f"/studio/pages/{guide.pk}/edit/").content, "html.parser")
    links = {link["href"] for link in page.select("a[href*='/guides/']") if "studio" not in link["href"]}
    assert links == {"/guides/edge/"}
    assert (guide.get_url(), guide.full_url) == ("/guides/edge/", "http://testserver/guides/edge/")


def test_picture_of_a_draft_is_for_authors(studio, client, guide):
    image = get_image_model().objects.create(
        title="New", file=ContentFile(b"<svg/>", name="new.svg"), width=1, height=1
    )
    address = f"/guides/figures/{guide.pk}/{image.pk}/"
    assert studio.get(address).status_code == 200
    assert client.get(address).status_code == 404


def test_menu_leads_to_the_list(studio, guide):
    home = studio.get("/studio/").content.decode()
    assert "/studio/guides/" in home
    page = BeautifulSoup(studio.get("/studio/guides/").content, "html.parser")
    assert "The edge of the lung" in page.select_one("main table").get_text()
    assert page.select("[data-bulk-action-checkbox]") == []


def test_list_asks_as_often_for_three(studio, root, guide, django_assert_max_num_queries):
    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            assert studio.get("/studio/guides/").status_code == 200
        return len(asked)

    count()
    once = count()
    for slug in ("fold", "rim"):
        load_guide(root, FILE, slug=slug)
    assert count() == once


def test_guides_are_among_what_waits(author, guide):
    guide.title = "Another title"
    guide.save_revision(user=author)
    assert [row.pk for row in get_unpublished(limit=5) if isinstance(row, Guide)] == [guide.pk]
    assert [row.pk for _, row in get_edited_by(author, limit=5)] == [guide.pk]


def test_home_of_the_studio_leads_to_the_editor(studio, author, guide):
    guide.title = "Another title"
    guide.save_revision(user=author)
    page = BeautifulSoup(studio.get("/studio/").content, "html.parser")
    waiting = [link for link in page.select("main a") if link.get_text(strip=True) == "Another title"]
    assert {link["href"] for link in waiting} == {f"/studio/pages/{guide.pk}/edit/"}
    assert page.select("a[href='/studio/guides/choose_parent/']")


# --- What stays -------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["author", "admin"])
def test_guide_that_was_published_is_not_deleted(client_for, request, guide, person):
    guide.unpublish()
    studio = client_for(request.getfixturevalue(person))
    response = studio.post(f"/studio/pages/{guide.pk}/delete/", follow=True)
    assert "cannot be deleted. It was published" in told(response)
    assert Guide.objects.count() == 1


def test_draft_is_deleted(studio):
    add(studio)
    studio.post(f"/studio/pages/{Guide.objects.get().pk}/delete/")
    assert not Guide.objects.exists()


@pytest.mark.parametrize("act", ["copy", "move", "privacy"])
def test_guide_is_not_copied_moved_or_hidden(client_for, admin, guide, act):
    studio = client_for(admin)
    studio.post(f"/studio/pages/{guide.pk}/{act}/", {"new_title": "B", "new_slug": "b", "alias": "on"})
    assert Guide.objects.count() == 1
    assert not PageViewRestriction.objects.exists()


@pytest.mark.parametrize("act", ["edit", "delete", "unpublish", "move", "copy"])
def test_index_stays_as_it_is(client_for, admin, guide, act):
    index = ensure_index()
    client_for(admin).post(f"/studio/pages/{index.pk}/{act}/", {"title": "Other", "slug": "other"})
    index.refresh_from_db()
    assert (index.title, index.slug, index.live) == ("Guides", "guides", True)


@pytest.mark.parametrize("act", ["publish", "unpublish", "delete"])
def test_nothing_is_done_to_many_at_once(client_for, admin, guide, act):
    guide.slug = "edge"
    guide.body = None
    guide.save_revision()
    studio = client_for(admin)
    response = studio.post(f"/studio/bulk/wagtailcore/page/{act}/?id={guide.pk}&next=/studio/guides/", follow=True)
    assert "one by one" in told(response)
    fresh = Guide.objects.get()
    assert fresh.live
    assert fresh.has_unpublished_changes


def test_picture_of_an_older_version_is_kept(guide):
    image = get_image_model().objects.get(pk=guide.rendering.image_ids[0])
    guide.body = [("text", "<p>Without a picture.</p>")]
    guide.save_revision().publish()
    assert is_kept(image)


# --- Who --------------------------------------------------------------------------------------------


def test_authors_may_do_what_writing_needs(author, guide):
    may = guide.permissions_for_user(author)
    assert [may.can_edit(), may.can_publish(), may.can_unpublish(), may.can_lock(), may.can_unlock()] == [True] * 5
    assert ensure_index().permissions_for_user(author).can_add_subpage()


def test_support_does_not_write(client_for, db, guide):
    support = make_user("support-2@example.org", name="S")
    support.groups.add(Group.objects.get(name="Support"))
    studio = client_for(support)
    for address in ("/studio/guides/", f"/studio/pages/{guide.pk}/edit/"):
        assert studio.get(address).status_code == 302
    add(studio)
    assert Guide.objects.count() == 1


def parts(image: int, *, answer: str = "Rim") -> dict[str, Any]:
    """The form of a guide with each of the parts that are more than text."""

    def listed(*values: Any) -> Any:
        return streamfield([("item", value) for value in values])

    shown = {"image": str(image), "decorative": "", "alt_text": "A thin shell"}
    key = {"groups": listed({"title": "Benign", "forms": listed({"image": shown, "name": "Rim", "text": "A shell."})})}
    feedback = rich_text("<p>It has no content.</p>", features=INLINE)
    call = {"image": shown, "choices": listed("Skin", "Rim"), "answer": answer, "feedback": feedback}
    body = [("matrix", ""), ("picture_key", key), ("call_it", {"items": listed(call)})]
    return {**form(), **nested_form_data({"body": streamfield(body)}), **PUBLISH}


def test_author_makes_what_is_more_than_text(studio, client, keep_image):
    response = add(studio, **parts(keep_image("a.svg")))
    assert response.status_code == 302
    page = BeautifulSoup(client.get("/guides/fold/").content, "html.parser")
    assert len(page.select(".cells td")) == 36
    assert page.select_one(".key .cap b").get_text() == "Rim"
    assert page.select_one(".calls details p").get_text(" ", strip=True) == "Rim. It has no content."
    form_page = studio.get(f"/studio/pages/{Guide.objects.get().pk}/edit/")
    assert "There is nothing to write here" in form_page.content.decode()


def test_answer_that_is_no_choice_is_told_and_nothing_goes_live(studio, keep_image):
    response = add(studio, **parts(keep_image("a.svg"), answer="Shell"))
    assert response.status_code == 200
    assert "is none of the choices." in response.content.decode()
    assert not Guide.objects.exists()


@pytest.mark.parametrize("asked", ["edge", "EDGE of", "%22", "edge%22", "%22 %22"])
def test_list_is_searched(studio, guide, asked):
    response = studio.get(f"/studio/guides/?q={asked}")
    assert response.status_code == 200
    assert ("The edge of the lung" in told(response)) is ("edge" in asked.lower())


def test_nothing_that_is_searched_for_is_a_fault(studio, guide):
    for path in ("choose-page/search/", "pages/search/", "images/", "images/chooser/results/"):
        assert studio.get(f"/studio/{path}?q=%22edge").status_code in (200, 302), path


def test_draft_that_keeps_itself_does_not_take_back_what_is_published(studio, root, monkeypatch):
    add(studio)
    draft = Guide.objects.get()
    address = f"/studio/pages/{draft.pk}/edit/"

    def publish_first():
        monkeypatch.setattr(guides_studio, "lock_guides", lock_guides)
        assert studio.post(address, {**form(), **PUBLISH}).status_code == 302
        return lock_guides()

    monkeypatch.setattr(guides_studio, "lock_guides", publish_first)
    kept = studio.post(address, form(title="Late"), headers={"Accept": "application/json"})
    assert (kept.status_code, kept.json()["error_code"]) == (400, "invalid_revision")
    draft.refresh_from_db()
    assert (draft.live, draft.has_unpublished_changes, draft.title) == (True, False, "The fold")
