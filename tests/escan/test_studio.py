"""What authors do in the studio, through its real pages, and what learners then see."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, Revision
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, rich_text
from wagtail.users.models import UserProfile

from courses.models import Lesson, LessonProgress
from courses.writing import services as authoring
from courses.writing.blocks import INLINE, TEXT
from escan.roles import ensure_authors
from escan.tasks import publish_scheduled
from tests.conftest import make_user
from tests.course_fixtures import (
    LOCKED_SENTENCES,
    SVG,
    block_id,
    blocks,
    figure,
    locked_body,
    read_all,
    text_of,
    write_lesson,
)

LESSONS = "/studio/snippets/courses/lesson/"
OPEN = "/courses/chest-film/first-look/"


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def edit_address(lesson: Lesson) -> str:
    return f"{LESSONS}edit/{lesson.pk}/"


def filled(visitor, address: str, *texts: str, **changes: str) -> dict[str, str]:
    """The edit form as it stands, with the body replaced by text blocks that keep their ids."""
    response = visitor.get(address)
    assert response.status_code == 200
    data = querydict_from_html(response.content.decode(), form_id="w-editor-form").dict()
    # A checked box has no value in the page; a browser sends "on".
    data.update({name: "on" for name in ("is_preview", "is_announced") if name in data})
    body = {
        str(index): {
            "id": block_id("first-look", index),
            "type": "text",
            "order": str(index),
            "deleted": "",
            "value": rich_text(text, features=TEXT),
        }
        for index, text in enumerate(texts)
    }
    return {**data, **nested_form_data({"body": {**body, "count": str(len(body))}}), **changes}


# --- Who may enter ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/studio/", LESSONS, f"{LESSONS}add/", "/studio/images/", "/studio/users/"])
def test_studio_sends_strangers_to_sign_in(client, course, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("who", ["learner", "learner_with_access"])
def test_studio_is_closed_to_learners(request, client_for, locked_lesson, who):
    visitor = client_for(request.getfixturevalue(who))
    before = Revision.objects.count()
    tries = [
        visitor.get("/studio/"),
        visitor.get(LESSONS),
        visitor.get(edit_address(locked_lesson)),
        visitor.post(edit_address(locked_lesson), {"title": "Taken over", "action-publish": "1"}),
        visitor.get("/studio/media/images/edge.svg"),
    ]
    for response in tries:
        assert response.status_code in (302, 403)
        text = response.content.decode()
        assert [sentence for sentence in LOCKED_SENTENCES if sentence in text] == []
    locked_lesson.refresh_from_db()
    assert locked_lesson.title == "Second look"
    assert Revision.objects.count() == before


def test_staff_without_a_role_gets_no_studio(client_for, course):
    clerk = make_user("clerk@example.org", is_staff=True)
    assert client_for(clerk).get(LESSONS).status_code == 302


@pytest.mark.parametrize("address", ["/studio/login/", "/studio/password_reset/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_ways_in_lead_to_ours(client, author, address, method):
    response = getattr(client, method)(
        f"{address}?next=/studio/", {"username": author.email, "password": "x"} if method == "post" else {}
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["done/", "complete/", "confirm/Mg/set-password/", "confirm/x/y/"])
def test_wagtails_password_reset_is_not_there(client, author, address):
    assert client.get(f"/studio/password_reset/{address}").status_code in (302, 404)
    before = author.password
    client.post(f"/studio/password_reset/{address}", {"new_password1": "taken over 1", "new_password2": "taken over 1"})
    author.refresh_from_db()
    assert author.password == before


def test_author_sees_courses_and_not_people(studio, author, course):
    page = studio.get("/studio/").content.decode()
    assert "/studio/snippets/courses/lesson/" in page
    assert "/studio/users/" not in page
    assert studio.get("/studio/users/").status_code == 302
    assert not author.is_superuser


def test_authors_may_write_and_not_delete(studio, preview_lesson):
    response = studio.post(f"{LESSONS}delete/{preview_lesson.pk}/")
    assert response.status_code in (302, 403)
    assert Lesson.objects.filter(pk=preview_lesson.pk).exists()


def test_authors_group_is_made_once_and_completed(db):
    group = Group.objects.get(name="Authors")
    before = set(group.permissions.values_list("codename", flat=True))
    assert {"access_admin", "add_lesson", "change_lesson", "publish_lesson", "change_question"} <= before
    # Nothing stands on a line of synonyms: whoever wrote it may take it away.
    assert {name for name in before if name.startswith("delete_")} == {"delete_synonyms"}
    group.permissions.clear()
    assert ensure_authors() == group
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert Group.objects.filter(name="Authors").count() == 1


# --- Writing ----------------------------------------------------------------------------------------


def test_author_edits_and_publishes_and_the_learner_keeps_progress(
    studio, author, client_for, learner_with_access, preview_lesson
):
    read_all(learner_with_access, preview_lesson.module.course)
    read = text_of("first-look").revision_id
    address = edit_address(preview_lesson)
    data = filled(studio, address, "<p>Rewritten in the studio: 2&nbsp;µm.</p>", "<h2>More</h2><p>And more.</p>")
    assert data["title"] == "First look"
    response = studio.post(address, {**data, "action-publish": "action-publish"})
    assert response.status_code == 302
    page = client_for(learner_with_access).get(OPEN).content.decode()
    assert "Rewritten in the studio" in page
    assert "Everyone may read this opening." not in page
    progress = LessonProgress.objects.get(user=learner_with_access, lesson=preview_lesson)
    assert (progress.completed_at is not None, progress.revision_id) == (True, read)
    newest = text_of("first-look")
    assert newest.revision.user == author
    assert newest.revision_id != read
    assert newest.html.count("data-block=") == 2
    assert f'id="b-{block_id("first-look", 0)}"' in newest.html


def test_author_saves_a_draft_and_learners_see_nothing_of_it(studio, client_for, learner_with_access, preview_lesson):
    address = edit_address(preview_lesson)
    before = client_for(learner_with_access).get(OPEN).content.decode()
    data = filled(studio, address, "<p>Half a thought.</p>", title="Draft title", is_preview="")
    response = studio.post(address, data)
    assert response.status_code == 302
    preview_lesson.refresh_from_db()
    assert preview_lesson.has_unpublished_changes
    for person in (None, learner_with_access):
        visitor = client_for(person)
        for page in (OPEN, "/courses/chest-film/", "/"):
            text = visitor.get(page).content.decode()
            assert "Half a thought." not in text
            assert "Draft title" not in text
    assert "Everyone may read this opening." in before


def test_author_schedules_a_lesson(studio, client, preview_lesson, monkeypatch):
    address = edit_address(preview_lesson)
    data = filled(studio, address, "<p>The text of tomorrow.</p>")
    moment = timezone.now() + timedelta(days=1)
    data["go_live_at"] = f"{moment:%Y-%m-%d %H:%M}"
    assert studio.post(address, {**data, "action-publish": "action-publish"}).status_code == 302
    publish_scheduled()
    assert "The text of tomorrow." not in client.get(OPEN).content.decode()
    assert "Everyone may read" in client.get(OPEN).content.decode()
    later = moment + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    publish_scheduled()
    page = BeautifulSoup(client.get(OPEN).content, "html.parser").select_one(".lesson").get_text()
    assert "The text of tomorrow." in page


def test_time_that_is_typed_is_the_authors_own(studio, author, preview_lesson):
    """09:00 typed in Los Angeles is nine there, whatever Wagtail keeps in a profile of its own."""
    author.time_zone = "America/Los_Angeles"
    author.save()
    UserProfile.get_for_user(author)
    address = edit_address(preview_lesson)
    data = filled(studio, address, "<p>The text of tomorrow.</p>")
    year = timezone.now().year + 1
    data["go_live_at"] = f"{year}-01-10 09:00"
    assert studio.post(address, {**data, "action-publish": "action-publish"}).status_code == 302
    scheduled = preview_lesson.revisions.get(approved_go_live_at__isnull=False).approved_go_live_at
    assert scheduled == datetime(year, 1, 10, 17, tzinfo=UTC)
    page = studio.get(address).content.decode()
    assert f'value="{year}-01-10 09:00"' in page
    assert "Time zone: America/Los_Angeles, where it is " in page


def test_studio_says_that_it_is_utc_where_no_zone_is_known(studio, author, preview_lesson):
    author.time_zone = ""
    author.save()
    assert "Time zone: UTC, where it is " in studio.get(edit_address(preview_lesson)).content.decode()


def test_author_takes_a_lesson_off(studio, client, preview_lesson):
    address = f"{LESSONS}unpublish/{preview_lesson.pk}/"
    assert studio.get(address).status_code == 200
    assert studio.post(address).status_code == 302
    assert client.get(OPEN).status_code == 404


def test_author_makes_a_new_lesson_that_waits_as_a_draft(studio, author, client_for, course):
    data = filled(
        studio,
        f"{LESSONS}add/",
        "<p>A new lesson.</p>",
        title="New lesson",
        slug="new-lesson",
        summary="One sentence.",
        module=str(course.modules.first().pk),
        position="9",
        minutes="4",
    )
    assert studio.post(f"{LESSONS}add/", data).status_code == 302
    lesson = Lesson.objects.get(slug="new-lesson")
    assert lesson.live is False
    for person in (None, author):
        assert client_for(person).get("/courses/chest-film/new-lesson/").status_code == 404
        assert "New lesson" not in client_for(person).get("/courses/chest-film/").content.decode()


@pytest.mark.parametrize("slug", ["post-test", "second-look"])
def test_author_cannot_take_an_address_that_is_used(studio, preview_lesson, slug):
    address = edit_address(preview_lesson)
    before = Revision.objects.count()
    data = filled(studio, address, "<p>x</p>", slug=slug)
    response = studio.post(address, {**data, "action-publish": "action-publish"})
    assert response.status_code == 200
    preview_lesson.refresh_from_db()
    assert (preview_lesson.slug, Revision.objects.count()) == ("first-look", before)


def test_editor_drops_what_could_act(studio, client, preview_lesson):
    """The editor's own format, written by hand with what its buttons never make."""
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}
    words = {"key": "a", "text": "<script>alert(1)</script> here", "type": "unstyled", "depth": 0}
    block = {**words, "inlineStyleRanges": [], "entityRanges": []}
    state = {
        "blocks": [{**block, "entityRanges": [{"offset": 26, "length": 4, "key": 0}]}],
        "entityMap": {"0": link},
    }
    address = edit_address(preview_lesson)
    data = filled(studio, address, "<p>x</p>")
    data["body-0-value"] = json.dumps(state)
    refused = studio.post(address, {**data, "action-publish": "action-publish"})
    assert refused.status_code == 200
    assert "is no address" in refused.content.decode()
    assert "here" not in text_of("first-look").html
    data["body-0-value"] = json.dumps({"blocks": [block], "entityMap": {}})
    assert studio.post(address, {**data, "action-publish": "action-publish"}).status_code == 302
    html = text_of("first-look").html
    assert "javascript:" not in html
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    lesson = BeautifulSoup(client.get(OPEN).content, "html.parser").select_one(".lesson")
    assert lesson.select("script, [href^=javascript]") == []
    assert "<script>alert(1)</script> here" in lesson.get_text()


def test_id_of_a_block_never_becomes_markup(studio, preview_lesson):
    address = edit_address(preview_lesson)
    data = filled(studio, address, "<p>x</p>")
    data["body-0-id"] = '"><img src=x onerror=1>'
    assert studio.post(address, {**data, "action-publish": "action-publish"}).status_code == 302
    html = text_of("first-look").html
    assert "<img" not in html
    page = BeautifulSoup(html, "html.parser")
    assert [tag.name for tag in page.find_all(True)] == ["section", "div", "p"]


def from_editor(text: str, features: list[str] = INLINE) -> str:
    return rich_text(text, features=features)


def listed(*values: object) -> dict[str, object]:
    items = {
        str(place): {"value": value, "id": "", "order": str(place), "deleted": ""} for place, value in enumerate(values)
    }
    return {**items, "count": str(len(values))}


def table_form(table: dict[str, Any]) -> dict[str, Any]:
    """A typed table as its editor sends it."""
    data: dict[str, Any] = {"caption": table["caption"]}
    data |= {"column-count": str(len(table["columns"])), "row-count": str(len(table["rows"]))}
    for place, column in enumerate(table["columns"]):
        data[f"column-{place}"] = {**column, "order": str(place), "deleted": ""}
    for place, row in enumerate(table["rows"]):
        data[f"row-{place}"] = {"order": str(place), "deleted": ""}
        for number, (column, cell) in enumerate(zip(table["columns"], row["values"], strict=True)):
            as_sent = from_editor(cell) if column["type"] == "text" else cell
            if column["type"] == "rate":
                as_sent = {name: value or "" for name, value in cell.items()}
            data[f"cell-{place}-{number}"] = as_sent
    return data


def value_form(kind: str, value: Any) -> Any:
    """A block's value as the editor sends it back when nobody has touched it."""
    if kind == "text":
        return from_editor(value, TEXT)
    if kind == "figure":
        panels = [{**panel, "image": without_false(panel["image"])} for panel in value["panels"]]
        words = {name: from_editor(value[name]) for name in ("caption", "source")}
        return {"panels": listed(*panels), **words}
    if kind == "callout":
        return {"kind": value["kind"], "text": from_editor(value["text"])}
    if kind == "table":
        return {"table": table_form(value["table"]), "source": from_editor(value["source"])}
    return {"references": listed(*map(from_editor, value["references"]))}


def without_false(fields: dict[str, Any]) -> dict[str, Any]:
    """A browser leaves out a box that is not checked."""
    return {name: str(value) for name, value in fields.items() if value is not False}


def test_lesson_that_is_opened_and_published_again_stays_the_same(studio, locked_lesson):
    before = text_of("second-look")
    address = edit_address(locked_lesson)
    body = locked_body(before.image_ids[0])
    items = {
        str(place): {
            "id": block["id"],
            "type": block["type"],
            "order": str(place),
            "deleted": "",
            "value": value_form(block["type"], block["value"]),
        }
        for place, block in enumerate(body)
    }
    data = {**filled(studio, address), **nested_form_data({"body": {**items, "count": str(len(body))}})}
    assert studio.post(address, {**data, "action-publish": "action-publish"}).status_code == 302
    after = text_of("second-look")
    assert after.revision_id != before.revision_id
    assert after.html == before.html
    assert "data-block-key" in after.revision.content["body"]
    assert "data-block-key" not in after.html


def test_author_looks_at_a_preview(studio, client, preview_lesson):
    """The editor posts the form as it stands, then opens the preview in its frame."""
    address = f"{LESSONS}preview/{preview_lesson.pk}/"
    data = filled(studio, edit_address(preview_lesson), "<p>Only a preview.</p>", title="Preview title")
    assert studio.post(address, data).json() == {"is_valid": True, "is_available": True}
    response = studio.get(address)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.h1.get_text() == "Preview title"
    assert "Only a preview." in page.select_one(".lesson").get_text()
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Only a preview." not in client.get(OPEN).content.decode()


@pytest.mark.parametrize("who", [None, "learner_with_access"])
def test_preview_is_for_staff_alone(request, client_for, preview_lesson, who):
    response = client_for(who and request.getfixturevalue(who)).get(f"{LESSONS}preview/{preview_lesson.pk}/")
    assert response.status_code in (302, 403)


def test_author_reads_the_history_and_an_older_revision(studio, author, preview_lesson):
    older = preview_lesson.latest_revision
    address = edit_address(preview_lesson)
    data = filled(studio, address, "<p>Second version.</p>")
    assert studio.post(address, {**data, "action-publish": "action-publish"}).status_code == 302
    history = studio.get(f"{LESSONS}history/{preview_lesson.pk}/")
    assert history.status_code == 200
    assert "Published" in history.content.decode()
    assert studio.get(f"{LESSONS}history/{preview_lesson.pk}/revisions/{older.pk}/view/").status_code == 200
    newer = Lesson.objects.get(pk=preview_lesson.pk).latest_revision
    comparison = studio.get(f"{LESSONS}history/{preview_lesson.pk}/revisions/compare/{older.pk}...{newer.pk}/")
    assert comparison.status_code == 200
    assert "Second version." in comparison.content.decode()
    acts = ModelLogEntry.objects.filter(object_id=str(preview_lesson.pk), user=author)
    assert set(acts.values_list("action", flat=True)) >= {"wagtail.edit", "wagtail.publish"}


@pytest.mark.parametrize("name", ["lesson", "question", "course", "module"])
def test_every_list_and_form_opens(studio, course, name):
    listing = f"/studio/snippets/courses/{name}/"
    assert studio.get(listing).status_code == 200
    assert studio.get(f"{listing}add/").status_code == 200
    row = apps.get_model("courses", name)._default_manager.first()
    assert studio.get(f"{listing}edit/{row.pk}/").status_code == 200


@pytest.mark.parametrize("query", ["look", '"', "'", "%", "<script>", "look AND", "*", "née"])
def test_search_in_the_studio_takes_anything(studio, course, query):
    assert studio.get(LESSONS, {"q": query}).status_code == 200


def test_administrator_deletes_a_lesson_that_nobody_read(client_for, admin, course):
    lesson = Lesson.objects.get(slug="third-look")
    response = client_for(admin).post(f"{LESSONS}delete/{lesson.pk}/")
    assert response.status_code == 302
    assert not Lesson.objects.filter(pk=lesson.pk).exists()


# --- Uploaded images --------------------------------------------------------------------------------


@pytest.fixture
def upload(course) -> str:
    """The stored name of a picture."""
    return str(get_image_model().objects.get(title="chest-film/edge.svg").file.name)


def message_of(response) -> str:
    return BeautifulSoup(response.content, "html.parser").select_one(".messages").get_text(" ", strip=True)


@pytest.fixture
def used(course):
    """A picture that only an older revision of a lesson shows."""
    (image,) = text_of("second-look").image_ids
    write_lesson("second-look", blocks("second-look", ("text", "<p>No picture any more.</p>")))
    return get_image_model().objects.get(pk=image)


@pytest.mark.parametrize("method", ["get", "post"])
def test_image_of_a_lesson_is_not_deleted(client_for, admin, used, method):
    response = getattr(client_for(admin), method)(f"/studio/images/{used.pk}/delete/", follow=True)
    assert response.redirect_chain == [(f"/studio/images/{used.pk}/", 302)]
    assert "cannot be deleted. A lesson, a question or a guide shows it" in message_of(response)
    assert get_image_model().objects.filter(pk=used.pk).exists()


def test_image_of_a_lesson_is_not_deleted_in_bulk(client_for, admin, used, keep_image):
    other = keep_image("other.svg", 20)
    address = f"/studio/bulk/wagtailimages/image/delete/?id={used.pk}&id={other}&next=/studio/images/"
    response = client_for(admin).post(address, follow=True)
    assert response.redirect_chain == [("/studio/images/", 302)]
    assert "cannot be deleted. A lesson, a question or a guide shows it" in message_of(response)
    assert get_image_model().objects.filter(pk__in=[used.pk, other]).count() == 2


def test_image_of_a_lesson_is_not_deleted_beside_its_upload(client_for, admin, used):
    address = f"/studio/images/multiple/{used.pk}/delete/"
    response = client_for(admin).post(address, headers={"X-Requested-With": "XMLHttpRequest"})
    assert (response.status_code, response.json()["success"]) == (400, False)
    assert get_image_model().objects.filter(pk=used.pk).exists()


def test_image_of_a_draft_is_not_deleted(client_for, admin, preview_lesson, keep_image):
    image = keep_image("draft.svg", 20)
    authoring.draft_lesson(slug="third-look", fields={"body": json.dumps(blocks("third-look", figure(image)))})
    client_for(admin).post(f"/studio/images/{image}/delete/")
    assert get_image_model().objects.filter(pk=image).exists()


@pytest.mark.parametrize(
    "address", ["images/{}/delete/", "images/multiple/{}/delete/", "bulk/wagtailimages/image/delete/?id={}"]
)
def test_image_that_no_lesson_shows_is_deleted(client_for, admin, used, keep_image, address):
    image = keep_image("other.svg", 20)
    response = client_for(admin).post(f"/studio/{address.format(image)}")
    assert response.status_code in (200, 302)
    assert not get_image_model().objects.filter(pk=image).exists()


@pytest.mark.parametrize("address", ["images/{}/", "images/{}/delete/", "images/multiple/{}/delete/"])
@pytest.mark.parametrize("who", [None, "learner_with_access", "author"])
def test_images_of_others_are_closed(request, client_for, used, who, address):
    """Our own views stand before Wagtail's and refuse whom they refuse; authors may change any and delete their own."""
    visitor = client_for(who and request.getfixturevalue(who))
    visitor.post(f"/studio/{address.format(used.pk)}", {"title": "Taken over"})
    kept = get_image_model().objects.get(pk=used.pk)
    assert kept.title == used.title


def test_file_of_an_image_stays(client_for, admin, used):
    address = f"/studio/images/{used.pk}/"
    visitor = client_for(admin)
    page = BeautifulSoup(visitor.get(address).content, "html.parser")
    assert page.select_one("input[type=file]").has_attr("disabled")
    assert "The file cannot be replaced. To use another one, add a new image." in page.get_text()
    data = querydict_from_html(str(page), form_id="w-editor-form").dict()
    file = SimpleUploadedFile("new.svg", SVG.format(size=20).encode(), "image/svg+xml")
    response = visitor.post(address, {**data, "title": "A better title", "file": file})
    assert response.status_code == 302
    kept = get_image_model().objects.get(pk=used.pk)
    assert (kept.title, kept.file.name, kept.width) == ("A better title", used.file.name, 160)
    with kept.open_file() as stored:
        assert stored.read().decode() == SVG.format(size=160)


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), ("learner", 302), ("learner_with_access", 302), ("author", 200), ("admin", 200)],
)
def test_media_is_for_staff_alone(request, client_for, upload, who, status):
    response = client_for(who and request.getfixturevalue(who)).get(f"/studio/media/{upload}")
    assert response.status_code == status
    if status == 302:
        assert b"<svg" not in response.content
        return
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.getvalue().decode() == SVG.format(size=160)


def test_media_that_is_opened_by_itself_may_run_nothing(studio, upload):
    response = studio.get(f"/studio/media/{upload}")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "certificates/secret.pdf",
        "secret.txt",
        "images/nothing.png",
        "images/",
        "images/../secret.txt",
        "images/%2e%2e/secret.txt",
        "images/..%2f..%2fsecret.txt",
        "original_images/../../../etc/passwd",
        "images/../certificates/secret.pdf",
        "/etc/passwd",
        "images//etc/passwd",
    ],
)
def test_media_gives_nothing_but_images(studio, upload, media, name):
    (media / "certificates").mkdir(parents=True)
    (media / "certificates" / "secret.pdf").write_bytes(b"secret")
    (media / "secret.txt").write_bytes(b"secret")
    assert default_storage.exists("secret.txt")
    response = studio.get(f"/studio/media/{name}")
    assert response.status_code == 404
    assert b"secret" not in response.content.replace(name.encode(), b"")


def test_media_is_for_reading(studio, upload):
    assert studio.post(f"/studio/media/{upload}").status_code == 405


@pytest.mark.parametrize(("who", "is_shown"), [("learner", False), ("author", True), ("admin", True)])
def test_profile_shows_the_way_to_the_studio_to_whoever_may_enter(request, client_for, who, is_shown):
    page = client_for(request.getfixturevalue(who)).get("/accounts/profile/").content.decode()
    assert ('href="/studio/"' in page) is is_shown
