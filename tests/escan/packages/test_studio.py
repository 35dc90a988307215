"""The studio's screens: a course goes out, is looked at, comes in; each press with its answer."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from courses.models import Course, Lesson
from courses.writing import services as authoring
from escan.models import PackageImport, PackageState
from escan.packages.media import Stored
from tests.escan.packages.conftest import export, look_at

PACKAGES = "/studio/packages/"


@pytest.fixture
def visitor(client_for, author):
    return client_for(author)


def send(visitor, content: bytes, name: str = "../../chest.zip"):
    return visitor.post(PACKAGES, {"file": SimpleUploadedFile(name, content)})


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_author_exports_what_is_published_and_the_drafts(visitor, course, package):
    page = words(visitor.get(f"/studio/courses/{course.pk}/export/"))
    assert "2 lessons, 4 questions" in page
    answer = visitor.get(f"/studio/courses/{course.pk}/export/published/")
    assert answer["Content-Disposition"] == 'attachment; filename="chest-film.zip"'
    assert b"".join(answer.streaming_content) == package
    Course.objects.update(live=False)
    assert "The course is not published. Export its drafts instead." in words(
        visitor.get(f"/studio/courses/{course.pk}/export/")
    )
    assert visitor.get(f"/studio/courses/{course.pk}/export/published/").status_code == 302
    assert visitor.get(f"/studio/courses/{course.pk}/export/drafts/").status_code == 200


def test_package_is_made_while_it_is_sent(visitor, course, package, monkeypatch):
    read: list[str] = []
    read_stored = Stored.read

    def read_and_note(media: Stored):
        read.append(media.name)
        return read_stored(media)

    monkeypatch.setattr(Stored, "read", read_and_note)
    answer = visitor.get(f"/studio/courses/{course.pk}/export/published/")
    assert read == []
    pieces = list(answer.streaming_content)
    assert read
    assert len(pieces) > len(read)
    assert b"".join(pieces) == package


def test_outline_and_list_lead_there(visitor, course):
    assert f"/studio/courses/{course.pk}/export/" in words(visitor.get(f"/studio/courses/{course.pk}/outline/"))
    page = words(visitor.get("/studio/snippets/courses/course/"))
    assert PACKAGES in page
    assert f"/studio/courses/{course.pk}/export/" in page


def test_author_sees_the_differences_confirms_and_finds_drafts(
    visitor, author, course, package, django_capture_on_commit_callbacks
):
    authoring.draft_lesson(slug="first-look", fields={"summary": "<b>Mine</b>."}, by=author)
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(visitor, package)
    row = PackageImport.objects.get()
    assert (answer["Location"], row.file_name, row.by) == (f"{PACKAGES}{row.pk}/", "chest.zip", author)
    page = words(visitor.get(answer["Location"]))
    assert "<del>&lt;b&gt;Mine&lt;/b&gt;</del>" in page
    assert "Edited here: Author," in page
    assert "things are the same here." in page
    with django_capture_on_commit_callbacks(execute=True):
        assert visitor.post(f"{PACKAGES}{row.pk}/confirm/")["Location"] == f"{PACKAGES}{row.pk}/"
    lesson = Lesson.objects.get(slug="first-look")
    assert (lesson.latest_revision.user, lesson.summary) == (author, "Summary of first-look.")
    page = words(visitor.get(f"{PACKAGES}{row.pk}/"))
    assert f"/studio/snippets/courses/lesson/edit/{lesson.pk}/" in page
    assert f"/studio/courses/{course.pk}/outline/" in page
    assert "chest.zip" in words(visitor.get(PACKAGES))


def test_who_may_not_publish_brings_in_drafts_alone(visitor, author, course, package):
    author.groups.first().permissions.filter(codename__startswith="publish_").delete()
    authoring.draft_lesson(slug="first-look", fields={"summary": "Mine."})
    row = look_at(package)
    assert "Bring it in and publish" not in words(visitor.get(f"{PACKAGES}{row.pk}/"))
    visitor.post(f"{PACKAGES}{row.pk}/confirm/", {"publish": "on"})
    row.refresh_from_db()
    assert (row.state, row.publish) == (PackageState.WAITING, False)


def test_refused_package_says_why_and_can_be_discarded(visitor, db, media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(visitor, b"%PDF")
    row = PackageImport.objects.get()
    page = words(visitor.get(f"{PACKAGES}{row.pk}/"))
    assert "Refused: nothing came in.</b> This is no package of a course" in page
    assert "Bring it in" not in page
    assert visitor.get(f"{PACKAGES}{row.pk}/discard/").status_code == 302
    assert visitor.post(f"{PACKAGES}{row.pk}/discard/")["Location"] == PACKAGES
    assert not PackageImport.objects.exists()
    assert visitor.post(PACKAGES, {}).status_code == 422


def test_state_asks_again_while_it_is_under_way(visitor, package):
    row = look_at(package)
    for state in (PackageState.CHECKING, PackageState.WAITING):
        PackageImport.objects.update(state=state)
        answer = visitor.get(f"{PACKAGES}{row.pk}/state/")
        assert ('hx-trigger="every 1s"' in words(answer), "HX-Refresh" in answer) == (True, False)
        assert visitor.post(f"{PACKAGES}{row.pk}/discard/")["Location"] == f"{PACKAGES}{row.pk}/"
    PackageImport.objects.update(state=PackageState.DONE)
    assert visitor.get(f"{PACKAGES}{row.pk}/state/")["HX-Refresh"] == "true"


def test_package_is_looked_at_as_a_copy(visitor, course, package, django_capture_on_commit_callbacks):
    row = look_at(package)
    taken = visitor.post(f"{PACKAGES}{row.pk}/again/", {"slug": "chest-film"})
    assert (taken.status_code, "A course has this slug already." in words(taken)) == (422, True)
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(f"{PACKAGES}{row.pk}/again/", {"slug": "chest-two"})
    page = words(visitor.get(f"{PACKAGES}{row.pk}/"))
    assert "There is no such course here yet." in page
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(f"{PACKAGES}{row.pk}/confirm/", {"publish": "on"})
    assert not Course.objects.get(slug="chest-two").live
    assert "waits as a draft: It goes live once it is reviewed" in words(visitor.get(f"{PACKAGES}{row.pk}/"))


def test_pages_ask_as_often_for_one_change_as_for_many(
    visitor, course, package, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    row = look_at(package, slug="chest-two")
    with django_assert_max_num_queries(30):
        visitor.get(f"{PACKAGES}{row.pk}/")


def test_commands_do_the_same(course, package, tmp_path, capsys):
    file = tmp_path / "chest.zip"
    call_command("export_course", "chest-film", file)
    assert file.read_bytes() == package
    with pytest.raises(CommandError, match="There is no course other"):
        call_command("export_course", "other", file)
    authoring.draft_lesson(slug="first-look", fields={"summary": "Mine."})
    call_command("import_course", file)
    assert "changed: lesson first-look Edited here: somebody," in capsys.readouterr().out
    assert not PackageImport.objects.exists()
    call_command("import_course", file, "--yes")
    assert "Chest film: 1 came in." in capsys.readouterr().out
    assert export(course, drafts=False) == package
    file.write_bytes(b"%PDF")
    with pytest.raises(CommandError, match="This is no package of a course"):
        call_command("import_course", file, stdout=io.StringIO())


def test_course_is_duplicated_by_its_package(visitor, course, django_capture_on_commit_callbacks):
    page = words(visitor.get(f"/studio/courses/{course.pk}/duplicate/"))
    assert ('value="Chest film (copy)"' in page, 'value="chest-film-2"' in page) == (True, True)
    assert "the designation for credit do not come along" in page
    address = f"/studio/courses/{course.pk}/duplicate/"
    assert visitor.post(address, {"title": "Mine", "slug": "chest-film"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = visitor.post(address, {"title": "Mine", "slug": "chest-mine"})
    row = PackageImport.objects.get()
    assert (answer["Location"], row.slug, row.title) == (f"{PACKAGES}{row.pk}/", "chest-mine", "Mine")
    assert not Course.objects.filter(slug="chest-mine").exists()
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(f"{PACKAGES}{row.pk}/confirm/")
    copy = Course.objects.get(slug="chest-mine")
    assert (copy.title, copy.live, copy.position) == ("Mine", False, 1)
    drafts = Lesson.objects.filter(module__course=copy).order_by("module__position", "position")
    assert [(each.slug, each.live) for each in drafts] == [
        ("first-look-2", False),
        ("second-look-2", False),
        ("third-look-2", False),
    ]
    assert [(each.key, each.live) for each in copy.questions.order_by("key")] == [
        (f"chest-film-{number}-2", False) for number in range(1, 5)
    ]
    assert visitor.get("/courses/chest-film/first-look/").status_code == 200
