"""The command, and the pictures of the academy's own content."""

import json
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
import yaml
from django.core.management import CommandError, call_command
from PIL import Image

from imaging.pictures.files import find_courses, find_left_over, find_stale
from imaging.pictures.rendering import render
from imaging.pictures.specs import read_spec, read_specs
from imaging.synthesis.study import make_view

CONTENT = Path(__file__).parents[3] / "content"
ENTRY = """
- key: one
  seed: 7
  density: b
  findings: [{morphology: round, side: L, amount: 0.5}]
  view: LCC
  crop: {finding: 0, mm: 12}
  width: 240
"""


@pytest.fixture
def course(tmp_path) -> Path:
    folder = tmp_path / "courses" / "small"
    folder.mkdir(parents=True)
    (folder / "pictures.yaml").write_text(ENTRY, encoding="utf-8")
    return folder


def run(course: Path, *options: str) -> str:
    told = StringIO()
    call_command("make_pictures", *options, f"--content={course.parents[1]}", stdout=told)
    return told.getvalue()


def test_command_makes_what_changed_and_removes_what_is_left_over(course):
    with pytest.raises(CommandError, match="small: stale or left over: one"):
        run(course, "--check")
    assert "small/one" in run(course)
    facts = json.loads((course / "pictures" / "one.json").read_text())
    assert (facts["width"], facts["height"], facts["mm_per_pixel"]) == (240, 240, [0.05])
    assert [outline["finding"] for outline in facts["outlines"]] == [0]
    points = np.array(facts["outlines"][0]["points"])
    # The crop is centered on what shows of the finding.
    assert np.abs(points.mean(axis=0) - 120).max() < 60
    assert run(course) == run(course, "--check") == ""
    (course / "pictures.yaml").write_text(ENTRY.replace("key: one", "key: two"), encoding="utf-8")
    assert "one.webp: removed" in run(course)
    assert sorted(path.name for path in (course / "pictures").iterdir()) == ["two.json", "two.webp"]


def test_outline_lies_on_what_is_bright(course):
    [spec] = read_specs(course)
    picture = render(spec)
    gray = np.asarray(picture.image, dtype=float)
    x, y = np.array(picture.facts["outlines"][0]["points"]).T
    inside = gray[int(y.min()) : int(y.max()), int(x.min()) : int(x.max())]
    assert np.percentile(inside, 99.9) > np.percentile(gray, 98)
    entry = {
        "key": "two", "seed": 7, "density": "b", "width": 240, "crop": {"across": 30, "down": 100, "mm": 12},
        "panels": [{"view": "LCC"}, {"view": "RCC"}],
    }  # fmt: skip
    pair = render(read_spec(entry))
    assert pair.image.size == (492, 240) and pair.facts["outlines"] == []
    assert (np.asarray(pair.image)[:, 240:252] == 0).all()


def test_side_of_a_pixel_holds_whatever_the_view(course):
    """Reduced by a part, and enlarged: the outline and the field are the same, and the finding is as bright."""
    [entry] = yaml.safe_load(ENTRY)
    entry = {name: value for name, value in entry.items() if name != "width"}
    small, large = (render(read_spec({**entry, "pixel": pixel})) for pixel in (0.15, 0.05))
    assert (small.image.size, large.image.size) == ((80, 80), (240, 240))
    assert (small.facts["mm_per_pixel"], large.facts["mm_per_pixel"]) == ([0.15], [0.05])
    points = [np.array(each.facts["outlines"][0]["points"]) for each in (small, large)]
    assert np.abs(points[0] * 3 - points[1]).max() < 0.5
    assert np.asarray(small.image).max() > 0.9 * np.asarray(large.image).max()


def test_view_alone_is_that_of_the_study(course):
    panel = read_specs(course)[0].panels[0]
    view = make_view(panel.recipe, "L", "CC", 500, 400)
    assert (view.side, view.projection, view.pixels.shape) == ("L", "CC", (500, 400))
    with pytest.raises(ValueError, match="no view LTAN"):
        make_view(panel.recipe, "L", "TAN", 500, 400)


@pytest.mark.parametrize("folder", find_courses(CONTENT), ids=lambda folder: folder.name)
def test_pictures_of_the_content_are_those_of_the_list(folder):
    assert [spec.key for spec in find_stale(folder)] == [] == find_left_over(folder)


@pytest.mark.parametrize("folder", find_courses(CONTENT), ids=lambda folder: folder.name)
def test_picture_of_the_content_is_made_again_alike(folder):
    """Nearly: another machine may round otherwise."""
    spec = read_specs(folder)[0]
    kept = np.asarray(Image.open(folder / "pictures" / f"{spec.key}.webp").convert("L"), dtype=float)
    again = np.asarray(Image.open(BytesIO(render(spec).encode())).convert("L"), dtype=float)
    assert kept.shape == again.shape and np.abs(kept - again).mean() < 1
