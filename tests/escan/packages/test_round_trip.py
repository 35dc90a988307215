"""A course goes out, and comes in as it was: here, and in an academy that has never heard of it."""

import io
import zipfile

import pytest

from courses.models import Course, Lesson, Question, Video
from escan.models import PackageState
from escan.packages.errors import NothingToExport
from imaging.models import Study, TestSet
from tests.escan.packages.conftest import bring_in, delete_everything, export, look_at, pack, read
from tests.reviewing import do_without_review


def difference(one: bytes, other: bytes) -> dict[str, tuple[str, str]]:
    first, second = read(one), read(other)
    return {
        path: (first.get(path, b"").decode(errors="replace"), second.get(path, b"").decode(errors="replace"))
        for path in sorted({*first, *second})
        if first.get(path) != second.get(path)
    }


def test_everything_that_an_author_can_write_comes_back_the_same(full_course):
    sent = export(full_course)
    assert export(full_course) == sent
    delete_everything()
    row = bring_in(sent)
    assert (row.state, row.error, row.report["is_new"]) == (PackageState.DONE, "", True)
    there = Course.objects.get(slug="chest-film")
    again = export(there)
    assert difference(sent, again) == {}
    assert again == sent
    assert (there.live, Lesson.objects.filter(live=True).exists(), Question.objects.filter(live=True).exists()) == (
        (False,) * 3
    )
    assert Study.objects.get().recipe["seed"] == 77
    assert (Video.objects.get().status, TestSet.objects.get().size) == ("waiting", 2)


def test_published_package_is_published_where_its_importer_says_so(course, media):
    sent = export(course, drafts=False)
    delete_everything()
    row = bring_in(sent, publish=True)
    there = Course.objects.get(slug="chest-film")
    assert (row.state, there.live, Question.objects.filter(live=True).exists()) == (PackageState.DONE, False, False)
    assert row.waits[0] == (
        "“chest-film-1” waits as a draft: It goes live once it is reviewed: choose “Send to review”. "
        "Nothing was published."
    )
    do_without_review(there)
    assert bring_in(sent, publish=True).waits == []
    there.refresh_from_db()
    assert there.live
    assert export(there, drafts=False) == sent
    assert set(Lesson.objects.filter(live=True).values_list("slug", flat=True)) == {"first-look", "second-look"}


def test_what_cannot_be_published_waits_as_a_draft_and_says_why(full_course):
    sent = export(full_course)
    delete_everything()
    bring_in(sent)
    do_without_review(Course.objects.get(slug="chest-film"))
    row = bring_in(sent, publish=True)
    assert [told for told in row.waits if "Third: look" in told] == [
        "“Third: look” waits as a draft: “The edge” is still being made ready: publish when it is."
    ]
    assert Course.objects.get(slug="chest-film").live
    assert TestSet.objects.get().course == "chest-film"


def test_package_over_the_same_course_changes_nothing(full_course):
    sent = export(full_course)
    revisions = list(Lesson.objects.order_by("pk").values_list("latest_revision", flat=True))
    row = bring_in(sent)
    assert (row.report["changes"], row.made) == ([], {})
    assert list(Lesson.objects.order_by("pk").values_list("latest_revision", flat=True)) == revisions
    assert export(full_course) == sent


def test_course_comes_in_as_a_copy_beside_the_one_that_is_there(full_course):
    before = export(full_course)
    row = bring_in(before, slug="chest-copy")
    copy = Course.objects.get(slug="chest-copy")
    assert row.state == PackageState.DONE
    assert export(full_course) == before
    files = read(export(copy))
    assert "courses/chest-copy/lessons/third-look-2.md" in files
    third = files["courses/chest-copy/lessons/third-look-2.md"].decode()
    assert "(/courses/chest-copy/first-look-2/)" in third
    assert "::: question\nplace-2\n:::" in third


def test_nothing_of_an_unpublished_course_is_published_in_a_package(course):
    Course.objects.update(live=False)
    with pytest.raises(NothingToExport, match="Export its drafts instead"):
        export(course, drafts=False)


def test_package_that_somebody_wrote_by_hand_comes_in(course, package):
    files = read(package)
    path = "courses/chest-film/lessons/first-look.md"
    files[path] = files[path].replace(b"Everyone may read", b"*Everyone*  may\nread")
    row = look_at(pack(files))
    [change] = row.report["changes"]
    assert (change["kind"], change["name"], change["what"]) == ("lesson", "first-look", "changed")
    assert [tuple(piece) for piece in change["words"] if piece[0] != "="] == [("+", "*"), ("+", "*")]


def test_published_and_drafts_differ_where_the_course_does(course):
    published = export(course, drafts=False)
    lesson = Lesson.objects.get(slug="first-look")
    lesson.title = "First draft"
    lesson.save_revision()
    assert export(course, drafts=False) == published
    assert b"First draft" in read(export(course))["courses/chest-film/lessons/first-look.md"]


def test_zip_has_neither_time_nor_compression(package):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        entries = archive.infolist()
    assert {(entry.date_time, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
    }
