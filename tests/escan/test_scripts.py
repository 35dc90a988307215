"""Scripts and styles of ours find each other: in a release as one file, and in a lesson's copy without a connection."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage
from django.template import Context, Template

from core.bundles import get_imports, is_bundled
from core.staticfiles import HashedFiles
from escan.pages.offline import SHELL, _render_worker

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
FILES = sorted(str(path.relative_to(STATIC)) for path in (*STATIC.glob("js/**/*.js"), *STATIC.glob("css/*.css")))
ENTRIES = [name for name in FILES if is_bundled(name)]


def render(tag: str) -> str:
    return Template(f"{{% load bundle %}}{{% {tag} %}}").render(Context())


def test_entries_are_what_pages_run_and_wear():
    assert {"js/lesson.js", "js/site.js", "js/attempt.js", "css/escan.css", "css/lesson.css"} <= set(ENTRIES)
    assert not {"js/worker.js", "js/worker-withdrawn.js", "js/shared/storage.js", "js/notes/sheet.js"} & set(ENTRIES)


def test_imports_are_found_through_others_each_once():
    found = get_imports("js/lesson.js")
    assert len(found) == len(set(found)) > 15
    assert {"js/notes.js", "js/notes/quotes.js", "js/progress/watched.js", "js/shared/arrival.js"} < set(found)
    assert get_imports("css/lesson.css") == ["css/notes.css", "css/player.css", "css/questions.css", "css/views.css"]


@pytest.mark.parametrize("name", ENTRIES)
def test_no_import_is_overlooked(name):
    """Whatever way it is written, an import of a file of ours is one that is followed."""
    code = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.DOTALL)
    written = re.findall(r"\bimport\b[^;]*?['\"(](\.{1,2}/[^'\"]+)['\"]|@import\s+[^;]*?\"([^\"]+)\"", code)
    own = {str(((STATIC / name).parent / (script or style)).resolve().relative_to(STATIC)) for script, style in written}
    assert own <= set(get_imports(name))


def test_a_page_names_all_of_it_in_development_and_one_file_in_a_release(settings):
    settings.DEBUG = True
    page = render("script 'js/lesson.js'") + render("style 'css/lesson.css'")
    assert [name for name in ("js/lesson.js", *get_imports("js/lesson.js")) if name not in page] == []
    assert [name for name in ("css/lesson.css", *get_imports("css/lesson.css")) if name not in page] == []
    settings.DEBUG = False
    assert render("script 'js/lesson.js'").count("js/") == 1
    assert "preload" not in render("style 'css/lesson.css'")


def test_worker_brings_what_its_scripts_import():
    told = _render_worker.__wrapped__(is_offered=True, is_frozen=False)
    assert [part for name in SHELL if is_bundled(name) for part in get_imports(name) if part not in told] == []


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> dict[str, str]:
    """The text of each file under its name of a release, by its own name."""
    folder = tmp_path_factory.mktemp("release")
    source = FileSystemStorage(STATIC)
    storage = HashedFiles(location=folder, base_url="/static/")
    names = [*FILES, *(f"vendor/fonts/{path.name}" for path in STATIC.glob("vendor/fonts/*"))]
    for name in names:
        storage.save(name, source.open(name))
    results = list(storage.post_process({name: (source, name) for name in names}))
    assert [outcome for _, _, outcome in results if isinstance(outcome, Exception)] == []
    assert all(re.fullmatch(r".+\.[0-9a-f]{12}\.\w+", storage.stored_name(name)) for name in ENTRIES)
    return {name: (folder / storage.stored_name(name)).read_text() for name in ENTRIES}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_release_has_all_of_it_in_one_file(release, name):
    code = release[name]
    assert not re.search(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["']\.|@import""", code)
    assert len(code) < sum(len((STATIC / part).read_text()) for part in (name, *get_imports(name)))


def test_a_release_knows_its_fonts_by_their_hashes(release):
    fonts = re.findall(r"fonts/([\w.-]+)", release["css/escan.css"])
    assert len(fonts) == 2
    assert all(re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.woff2", font) for font in fonts)


def test_a_script_that_cannot_be_put_together_stops_the_release(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js/broken.js").write_text("import './missing.js';\n")
    source = FileSystemStorage(tmp_path)
    storage = HashedFiles(location=tmp_path / "release", base_url="/static/")
    with pytest.raises(ImproperlyConfigured, match="missing"):
        list(storage.post_process({"js/broken.js": (source, "js/broken.js")}))
