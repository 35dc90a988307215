"""A course with everything that an author can write, and packages of it, whole and broken."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.serializers import serialize
from django.test import TestCase
from PIL import Image
from wagtail.images import get_image_model

from cme.models import Activity
from courses.models import Course, Lesson, LessonRendering, Module, Objective, Question, Video
from courses.writing import services as authoring
from courses.writing.models import PublishedSlug
from escan.loader.yaml_text import dump_yaml, parse_yaml
from escan.models import LoadedContent, PackageImport
from escan.packages import services
from imaging.coursework.services import order_study
from imaging.models import Study, TestSet
from imaging.synthesis import Recipe
from imaging.testsets.services import upsert_test_set
from tests.course_fixtures import blocks, figure, write_question_of

FACTS = {
    "width": 100,
    "height": 100,
    "mm_per_pixel": [0.1],
    "outlines": [{"finding": 0, "visibility": 5.5, "points": [[10, 20], [30, 20.5], [30, 40]]}],
    "generator": 1,
    "spec": "0" * 64,
}


def view_panel(image: int | None, **changes: Any) -> dict[str, Any]:
    picture = {"image": image, "alt_text": "Five bright grains", "decorative": False}
    outline = "10,20 30,20 30,40"
    return {"image": picture, "label": "LCC", "text": "Look.", "width_mm": "12.5", "outline": outline, **changes}


def everything(image: int, raster: int, study: int, video: int, check: int) -> list[dict[str, Any]]:
    """A block of every kind, with what an author can do in each, as the studio's editor stores it."""
    rich = (
        '<h2 data-block-key="a">Edges: # 1</h2><p data-block-key="b">A <b>bold <i>and</i></b> word, H<sub>2</sub>O, '
        '10<sup>2</sup>,<br/>a <a href="/courses/chest-film/first-look/">link</a>; 5\xa0mm ::: 1. * _x_ &lt;b&gt; '
        '&amp;amp; [y](z).</p><ol><li data-block-key="c">One<ul><li>Inner</li></ul></li></ol><p>- no list</p>'
    )
    table = {
        "caption": "Shares: all",
        "columns": [{"type": kind, "heading": kind.title()} for kind in ("text", "number", "rate")],
        "rows": [
            {"values": ["<b>a</b>: x", "1,204", {"percent": "27.5", "low": "21", "high": "33"}]},
            {"values": ["yes", "012", {"percent": "4", "low": None, "high": None}]},
            {"values": ["", "", {"percent": None, "low": None, "high": None}]},
        ],
    }
    plain = {"image": {"image": image, "alt_text": "", "decorative": True}, "label": "A: b", "text": ""}
    listed = [{"type": "item", "value": plain, "id": "3f"}]
    ours = {"is_synthetic": True, "source": "Ours, <i>2026</i>."}
    return blocks(
        "third-look",
        ("text", rich),
        ("text", "<p>A second text right behind.</p>"),
        figure(image),
        figure(image, panels=listed),
        ("callout", {"kind": "pitfall", "text": "Two<br/>lines."}),
        ("callout", {"kind": "pearl", "text": "- not a list"}),
        ("table", {"table": table, "source": "Counted."}),
        ("rates", {"descriptor": "amorphous"}),
        ("view", {"panels": [view_panel(raster), view_panel(raster, outline="")], "caption": "A view.", **ours}),
        ("pair", {"panels": [view_panel(raster), view_panel(image)], "difference": "One is round.", **ours}),
        ("study", {"study": study, "text": "Read it."}),
        ("video", {"video": video, "caption": "A talk."}),
        ("question", check),
        ("references", {"references": ["Author. <i>Journal</i> 2001:3.", "1. Second"]}),
    )


@pytest.fixture
def add_png(db: None, media: Path) -> Callable[..., int]:
    def add(title: str, colour: int = 0) -> int:
        file = io.BytesIO()
        Image.new("L", (100, 100), colour).save(file, "PNG")
        return int(get_image_model().objects.create(title=title, file=ContentFile(file.getvalue(), "up.png")).pk)

    return add


@pytest.fixture
def add_webp(db: None, media: Path) -> Callable[..., int]:
    def add(title: str, colour: int = 0) -> int:
        file = io.BytesIO()
        Image.new("L", (100, 100), colour).save(file, "WEBP", lossless=True)
        return int(get_image_model().objects.create(title=title, file=ContentFile(file.getvalue(), "x.webp")).pk)

    return add


@pytest.fixture
def full_course(course: Course, keep_image: Any, add_png: Any, add_webp: Any, add_video: Any) -> Course:
    """The small course with a third lesson that has everything, and a question of every kind and use."""
    drawing, raster = keep_image("edge.svg"), add_png("Plate seven (left)", 90)
    first, second = add_webp("chest-film/grains-1.webp", 10), add_webp("chest-film/grains-2.webp", 20)
    fresh = {"image": {"id": second, "width": 100, "height": 100}, "facts": FACTS, "regions": []}
    objective = Objective.objects.filter(course=course).first()
    lesson = Lesson.objects.get(slug="second-look")
    pictured = {"image_id": first, "image_alt": "Grains", "image_facts": FACTS, "fresh_pictures": [fresh]}
    write_question_of(course, "numeric", objective=objective, lesson=lesson)
    place = write_question_of(course, "place", drawing, use="check")
    write_question_of(course, "multiple", **pictured)
    asked = Question.objects.get(key="multiple")
    write_question_of(course, "single", key="in-words", use="words", stands_for=asked)
    study = order_study(recipe=Recipe(seed=77, density="c"))
    video = add_video()
    write_third(course, everything(drawing, raster, study, video.pk, place.pk))
    upsert_test_set(
        slug="chest-set",
        title="Chest set",
        summary="Two.",
        course="chest-film",
        least_sensitivity=70,
        least_specificity=60,
        cases=[{"density": "b"}, {"density": "c", "findings": [{"morphology": "rim", "side": "R"}]}],
    )
    Course.objects.get(slug="chest-film").save_revision().publish()
    return Course.objects.get(slug="chest-film")


def write_third(course: Course, body: list[dict[str, Any]], **fields: Any) -> None:
    """A draft: its video waits to be made ready."""
    said = {"title": "Third: look", "summary": "All of it.", "minutes": 7, "is_required": False, **fields}
    authoring.draft_lesson(slug="third-look", fields={**said, "body": json.dumps(body)})


def export(course: Course, *, drafts: bool = True) -> bytes:
    return b"".join(services.export_course(course=Course.objects.get(pk=course.pk), drafts=drafts).pieces)


def look_at(data: bytes, by: Any = None, slug: str = "") -> PackageImport:
    with TestCase.captureOnCommitCallbacks(execute=True):
        row = services.receive_package(file=ContentFile(data, "p.zip"), file_name="p.zip", by=by)
        PackageImport.objects.filter(pk=row.pk).update(slug=slug)
    row.refresh_from_db()
    return row


def bring_in(data: bytes, by: Any = None, *, publish: bool = False, slug: str = "") -> PackageImport:
    row = look_at(data, by, slug)
    assert not row.error
    services.confirm_package(pk=row.pk, by=by, publish=publish)
    services.bring_package_in(pk=row.pk)
    row.refresh_from_db()
    return row


def delete_everything() -> None:
    """As another academy, which has never heard of it."""
    Activity.objects.all().delete()
    Question.objects.filter(use="words").delete()
    for model in (
        PackageImport,
        LoadedContent,
        Question,
        TestSet,
        Study,
        Video,
        LessonRendering,
        PublishedSlug,
        Lesson,
    ):
        model._default_manager.all().delete()
    for other in (Module, Objective, Course, get_image_model()):
        other._default_manager.all().delete()


def read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: dict[str, bytes], *, manifest: dict[str, Any] | None = None) -> bytes:
    """With the hashes that its files have, unless a manifest says otherwise."""
    files = dict(files)
    said = parse_yaml(files.pop("manifest.yaml").decode())
    said["files"] = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr("manifest.yaml", dump_yaml({**said, **(manifest or {})}))
    return target.getvalue()


def snapshot(media: Path) -> tuple[Any, ...]:
    """Every row that a package could write, and every file."""
    models = (Course, Module, Lesson, Question, Objective, Video, Study, TestSet, get_image_model())
    rows = [serialize("json", model.objects.order_by("pk")) for model in models]
    files = tuple(sorted((str(path), path.stat().st_size) for path in media.rglob("*") if path.is_file()))
    return (*rows, files)


@pytest.fixture
def package(course: Course) -> bytes:
    """Of the small course, as it is published."""
    return export(course, drafts=False)
