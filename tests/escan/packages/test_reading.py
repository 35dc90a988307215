"""What a package holds is judged by its content: each fault is told with its file, and nothing is written."""

import io
from typing import Any

import pytest
from PIL import Image

from escan.models import PackageState
from tests.course_fixtures import SVG
from tests.escan.packages.conftest import export, look_at, pack, read, snapshot

ROOT = "courses/chest-film/"
FIRST = f"{ROOT}lessons/first-look.md"
QUESTIONS = f"{ROOT}questions.yaml"
COURSE = f"{ROOT}course.yaml"
FIGURE = f"{ROOT}figures/open.svg"


def refused(media, files: dict[str, bytes]) -> str:
    before = snapshot(media)
    row = look_at(pack(files))
    assert (row.state, row.file) == (PackageState.REFUSED, "")
    assert snapshot(media) == before
    return row.error


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        (
            FIRST,
            b"Everyone may",
            b"<script>alert(1)</script> may",
            "first-look.md: there is HTML in the text, “<script>”",
        ),
        (FIRST, b"Everyone may", b"<img src=x onerror=alert(1)> may", "there is HTML in the text"),
        (FIRST, b"Everyone may", b"<style>p{}</style> may", "there is HTML in the text"),
        (FIRST, b"Everyone may", b"[x](javascript:alert(1)) may", "a link leads to “javascript:alert(1”"),
        (FIRST, b"Everyone may", b"[x](&#106;avascript:alert) may", "a link leads to “javascript:alert”"),
        (FIRST, b"Everyone may", b"[x](data:text/html,x) may", "a link leads to “data:text/html,x”"),
        (FIRST, b"caption: For everyone.", b"caption: <b onclick=x>For</b>", "there is HTML in the text"),
        (FIRST, b"caption: For everyone.", b"caption: &a x\nmore: *a", "it gives a part a name"),
        (FIRST, b"caption: For everyone.", b"caption: For everyone.\nstyle: red", "nobody knows the field “style”"),
        (FIRST, b"caption: For everyone.", b'caption: "a\\0b"', "a character that no text has (U+0000)"),
        (FIRST, b"caption: For everyone.", b"caption: !!python/object/apply:os.system [ls]", "could not determine"),
        (FIRST, b"image: open.svg", b"image: ../../../etc/passwd", "there is no file figures/../../../etc/passwd"),
        (FIRST, b"image: open.svg", b"image: other.svg", "there is no file figures/other.svg"),
        (FIRST, b"minutes: 5", b"minutes: 5\ncolour: red", "first-look.md: nobody knows the field “colour”"),
        (FIRST, b"preview: true", b"preview: maybe", "there should be true or false, and not “maybe”"),
        (FIRST, b"title: First look", b"title: " + b"x" * 121, "at most 120 characters"),
        (FIRST, b"Everyone may", b"\xff\xfe may", "first-look.md: not in the form"),
        (COURSE, b"title: Chest film", b"title: [" + b"[" * 5000, "course.yaml: "),
        (COURSE, b"title: Chest film", b"title: Chest film\nprice: 1", "course.yaml: nobody knows the field “price”"),
        (COURSE, b"slug: third-look", b"slug: post-test", "is an address of the course itself"),
        (COURSE, b"slug: third-look", b"slug: second-look", "stands in it twice: second-look"),
        (
            COURSE,
            b"slug: first-look",
            b"slug: other-look\n        title: Other",
            "the outline in course.yaml has no such",
        ),
        (QUESTIONS, b"key: chest-film-1", b"key: chest-film-2", "a question stands in it twice: chest-film-2"),
        (QUESTIONS, b"key: chest-film-1", b"key: not a slug", "questions.yaml: question not a slug: "),
        (QUESTIONS, b"lesson: second-look", b"lesson: other", "the course has no lesson other"),
        (QUESTIONS, b"key: chest-film-1", b"key: chest-film-1\n  objective: 9", "the course has no objective 9"),
        (QUESTIONS, b"key: chest-film-1", b"key: chest-film-1\n  kind: essay", "there is no kind “essay”"),
        (
            QUESTIONS,
            b"belongs to case 1",
            b"<iframe src=x> to case 1",
            "question chest-film-1: there is HTML in the text",
        ),
        (QUESTIONS, b"text: Choice A1", b"text: " + b"x" * 301, "at most 300 characters"),
    ],
    ids=str,
)
def test_fault_is_told_with_its_file(course, media, path, old, new, told):
    files = read(export(course, drafts=False))
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    error = refused(media, files)
    assert told in error
    assert "/tmp" not in error


def drawing(inside: str) -> bytes:
    return SVG.format(size=100).replace("<rect", f"{inside}<rect").encode()


def png(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("1", size).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (drawing("<script>alert(1)</script>"), "The drawing holds a script."),
        (drawing('<g onload="alert(1)"/>'), "The drawing holds a script."),
        (drawing("<foreignObject><p/></foreignObject>"), "laid out as a web page"),
        (drawing('<image href="https://x.example/a.png"/>'), "takes a part from outside"),
        (drawing('<use href="https://x.example/a.svg#b"/>'), "takes a part from outside"),
        (drawing("<style>@import url(https://x.example/a.css)</style>"), "takes a part from outside"),
        (
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"/>',
            "entities",
        ),
        (b"<html><body onload=alert(1)>", "figures/open.svg: "),
        (png((10, 10)), "figures/open.svg: "),
        (b"PK\x03\x04" + b"\0" * 100, "figures/open.svg: "),
        (b"\0", "figures/open.svg: "),
    ],
    ids=range(11),
)
def test_drawing_that_could_act_is_refused(course, media, content, told):
    assert told in refused(media, {**read(export(course, drafts=False)), FIGURE: content})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("open.png", SVG.format(size=100).encode()),
        ("open.png", b"GIF89a" + b"\0" * 100),
        ("open.jpg", png((10, 10))),
        ("open.png", png((20_000, 20_000))),
        ("open.png", png((10, 10))[:40]),
        ("open.html", b"<script>"),
        ("open.exe", b"MZ"),
    ],
    ids=range(7),
)
def test_picture_is_what_its_name_says_or_is_refused(course, media, name, content):
    files = read(export(course, drafts=False))
    files[FIRST] = files[FIRST].replace(b"image: open.svg", f"image: {name}".encode())
    files[f"{ROOT}figures/{name}"] = content
    assert f"figures/{name}: " in refused(media, files)


def test_name_of_a_picture_is_the_one_under_which_it_would_go_out(course, media):
    files = read(export(course, drafts=False))
    files[FIRST] = files[FIRST].replace(b"image: open.svg", b"image: Open_1.svg")
    files[f"{ROOT}figures/Open_1.svg"] = files[FIGURE]
    assert "the name of a picture has small letters" in refused(media, files)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"original.mp4": b"<html>"}, "original.mp4: This is not a video"),
        ({"original.exe": b"MZ"}, "beside the film lie"),
        ({"captions.vtt": b"no captions"}, "videos/the-edge: "),
        ({"video.yaml": b"title: x\nauthor: y\n"}, "nobody knows the field “author”"),
        ({"video.yaml": b"seconds: 3\n"}, "'title' is missing"),
    ],
    ids=range(5),
)
def test_video_is_looked_at(full_course, media, change: dict[str, Any], told):
    files = read(export(full_course))
    files |= {f"{ROOT}videos/the-edge/{name}": content for name, content in change.items()}
    assert told in refused(media, files)


@pytest.mark.parametrize(
    ("playlist", "told"),
    [
        (b"#EXTM3U\nhttps://x.example/a.m4s\n", "names “https://x.example/a.m4s”, which is not in the package"),
        (b'#EXTM3U\n#EXT-X-MAP:URI="//x.example/a"\n360.m4s\n', "is no playlist"),
        (b'#EXTM3U\n#EXT-X-KEY:METHOD=NONE,URI="other.key"\n360.m4s\n', "names “other.key”"),
        (b"<html>", "which is not in the package"),
        (b"#EXTM3U\n", "is no playlist, whatever its name says"),
    ],
    ids=range(5),
)
def test_playlist_names_nothing_outside(full_course, media, playlist, told):
    folder = f"{ROOT}videos/the-edge/"
    files = {path: content for path, content in read(export(full_course)).items() if folder not in path}
    poster = io.BytesIO()
    Image.new("L", (10, 10)).save(poster, "WEBP")
    files |= {
        f"{folder}video.yaml": b"title: The edge\nseconds: 4\n",
        f"{folder}master.m3u8": b"#EXTM3U\n360.m3u8\n",
        f"{folder}360.m3u8": playlist,
        f"{folder}360.m4s": b"\0\0\0\x1cftypiso6",
        f"{folder}poster.webp": poster.getvalue(),
    }
    assert told in refused(media, files)
    files[f"{folder}360.m3u8"] = b"#EXTM3U\n360.m4s\n"
    files[f"{folder}360.m4s"] = b"<script>"
    assert "360.m4s is no stream of a video" in refused(media, files)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"generator: 1", b"generator: 2", "made by a newer generator than this academy has"),
        (b"density: c", b"density: z", "There is no density “z”"),
        (b"density: c", b"density: c\n  real: true", "nobody knows the field “real”"),
    ],
)
def test_study_is_a_recipe_that_is_known(full_course, media, old, new, told):
    files = read(export(full_course))
    files[f"{ROOT}studies.yaml"] = files[f"{ROOT}studies.yaml"].replace(old, new)
    assert told in refused(media, files)


def test_designation_for_credit_does_not_come_in(course, media):
    files = {**read(export(course, drafts=False)), f"{ROOT}activity.yaml": b"provider: X\n"}
    row = look_at(pack(files))
    assert row.report["notes"] == ["The designation for credit stays in its academy: the CME office makes one here."]
