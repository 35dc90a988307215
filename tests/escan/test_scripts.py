"""Scripts of ours find each other: under the names of a release, ahead of time, and without a connection."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.template.loader import render_to_string

from core.staticfiles import HashedFiles
from escan.pages.offline import SHELL

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
SCRIPTS = sorted(str(path.relative_to(STATIC)) for path in STATIC.glob("js/**/*.js"))
RUN = re.compile(r"""\ssrc=["'][^"']*?(js/[^"']+\.js)""")
PRELOADED = re.compile(r"""\shref=["'][^"']*?(js/[^"']+\.js)""")


def imports_of(name: str) -> set[str]:
    """What a script imports, and what that imports."""
    folder = (STATIC / name).parent
    paths = re.findall(r"^import .* from '(\..+)';$", (STATIC / name).read_text(), re.MULTILINE)
    own = {str((folder / path).resolve().relative_to(STATIC)) for path in paths}
    return own.union(*map(imports_of, own))


def named_in(html: str) -> tuple[set[str], list[str]]:
    """The scripts that a page runs, and those that it says it needs for them."""
    source = re.sub(r"\{% static (['\"])(.+?)\1 %\}", r"\2", html)
    return set(RUN.findall(source)) & set(SCRIPTS), PRELOADED.findall(source)


ON_EVERY_PAGE = named_in((TEMPLATES / "_head.html").read_text())
PAGES = [
    str(path.relative_to(TEMPLATES))
    for path in sorted(TEMPLATES.rglob("*.html"))
    # Head of a lesson and of its checks: of several parts, below.
    if not path.stem.endswith(("lesson_head", "checks_head")) and named_in(path.read_text())[0]
]


def check(html: str) -> None:
    """It names all of them, else they are asked for one after the other, and missing in a copy; and no more of them."""
    scripts, preloaded = named_in(html)
    assert len(preloaded) == len(set(preloaded))
    needed = set().union(*map(imports_of, scripts)) - imports_of("js/theme.js")
    assert set(preloaded) == needed, scripts


def test_every_page_names_what_its_first_scripts_import():
    scripts, preloaded = ON_EVERY_PAGE
    assert scripts == {"js/offline.js", "js/theme.js"}
    assert set(preloaded) == set().union(*map(imports_of, scripts))


@pytest.mark.parametrize("page", [page for page in PAGES if page != "_head.html"])
def test_page_names_what_its_scripts_import(page):
    check((TEMPLATES / page).read_text())


@pytest.mark.parametrize(("has_checks", "has_videos", "is_member"), list(product([False, True], repeat=3)))
def test_lesson_names_what_its_scripts_import(has_checks, has_videos, is_member):
    context = {"has_checks": has_checks, "has_videos": has_videos, "is_member": is_member}
    html = render_to_string("escan/_lesson_head.html", context)
    assert ("js/progress.js" in named_in(html)[0]) is is_member
    check(html)


def test_worker_brings_what_its_scripts_import():
    scripts = {name for name in SHELL if name in SCRIPTS}
    assert scripts.union(*map(imports_of, scripts)) == scripts


def test_scripts_import_each_other_by_names_with_a_hash(tmp_path):
    """A circle would never come to an end, which is a failure as well."""
    source = FileSystemStorage(STATIC)
    storage = HashedFiles(location=tmp_path, base_url="/static/")
    for name in SCRIPTS:
        storage.save(name, source.open(name))
    results = list(storage.post_process({name: (source, name) for name in SCRIPTS}))
    assert [outcome for _, _, outcome in results if isinstance(outcome, Exception)] == []
    hashed = {(tmp_path / storage.stored_name(name)): name for name in SCRIPTS}
    for path, name in hashed.items():
        code = path.read_text()
        paths = re.findall(r"\b(?:import|from)\s*\(?['\"](.+?)['\"]", re.sub(r"/\*.*?\*/", "", code, flags=re.DOTALL))
        found = {hashed.get((path.parent / other).resolve()) for other in paths}
        own = re.findall(r"^import .* from '(\..+)';$", (STATIC / name).read_text(), re.MULTILINE)
        assert found == {str(((STATIC / name).parent / other).resolve().relative_to(STATIC)) for other in own}, name
    assert len([name for name in SCRIPTS if imports_of(name)]) > 10
