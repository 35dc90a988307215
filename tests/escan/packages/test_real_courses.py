"""The academy's own courses: what is exported is what their files say, and another academy has them the same."""

import shutil
from pathlib import Path

import pytest

from courses.models import Course, Lesson, Question
from escan.models import PackageState
from escan.packages.collecting import collect
from escan.packages.reading import read_tree
from tests.content_fixtures import CONTENT
from tests.escan.packages.conftest import bring_in, delete_everything, export

COURSES = ["assessment-categories", "breast-calcifications", "breast-density"]


@pytest.fixture
def real(loaded_content, db) -> list[str]:
    return loaded_content


def tree_of(slug: str, root: Path) -> dict[str, bytes]:
    """The files of content/ in the form in which they would go out."""
    shutil.copytree(CONTENT / "courses" / slug, root / "courses" / slug, ignore=shutil.ignore_patterns("lecture"))
    if slug == "breast-calcifications":
        shutil.copytree(CONTENT / "test-sets", root / "test-sets")
    written = read_tree(root, slug).tree.write()
    return {path: b"".join(media.read()) for path, media in written.items()}


@pytest.mark.parametrize("slug", COURSES)
def test_course_that_is_loaded_goes_out_as_its_files_say(real, tmp_path, slug):
    wanted = tree_of(slug, tmp_path)
    collected = collect(Course.objects.get(slug=slug), drafts=False)
    assert collected.left == []
    found = {path: b"".join(media.read()) for path, media in collected.tree.write().items()}
    assert found.keys() == wanted.keys()
    assert [path for path, content in found.items() if content != wanted[path]] == []


def test_prose_of_every_lesson_goes_out_as_it_was_written(real):
    """But for what a block's YAML says in another way: the words of a reader of version control."""
    collected = collect(Course.objects.get(slug="breast-calcifications"), drafts=False)
    path = CONTENT / "courses" / "breast-calcifications" / "lessons" / "distribution.md"
    written = collected.tree.lessons["distribution"].text.splitlines()
    prose = [line for line in path.read_text().splitlines() if line.startswith(("## ", "- ", "::: "))]
    assert [line for line in prose if line not in written] == []


def test_another_academy_has_them_the_same(real):
    """The largest course alone would say less: all three, in an academy that is empty."""
    sent = {slug: export(Course.objects.get(slug=slug), drafts=False) for slug in COURSES}
    lessons, questions = (model._default_manager.filter(live=True).count() for model in (Lesson, Question))
    delete_everything()
    for package in sent.values():
        row = bring_in(package, publish=True)
        assert (row.state, row.waits) == (PackageState.DONE, [])
    assert {slug: export(Course.objects.get(slug=slug), drafts=False) for slug in COURSES} == sent
    assert [model._default_manager.filter(live=True).count() for model in (Lesson, Question)] == [lessons, questions]
