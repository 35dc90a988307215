"""Studies that come with the academy: the same as a worker would make, and there at once."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from imaging.studies import generating, services, shipped
from imaging.studies.generating import MadeView
from imaging.studies.models import Region, Study, StudyPurpose, Truth, View
from imaging.studies.pyramids import cut_tiles
from imaging.studies.queries import get_progress
from imaging.synthesis import Recipe, draw_recipe

ROOT = Path(__file__).resolve().parent.parent.parent.parent
CONTENT = ROOT / "content/studies"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def content(settings: Any) -> None:
    settings.SHIPPED_STUDIES = CONTENT


@pytest.fixture
def own(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that lists one study, whose images are small."""
    folder = tmp_path / "content" / "studies"
    folder.mkdir(parents=True)
    (folder / "practice.yaml").write_text("- 15\n")
    settings.SHIPPED_STUDIES = folder

    def make(recipe: dict[str, Any]) -> generating.Made[MadeView]:
        rng = np.random.default_rng(recipe["seed"])
        views = [
            MadeView(side, projection, rng.integers(0, 4096, (300, 200)).astype(np.uint16), 0.7)
            for projection in ("CC", "MLO")
            for side in "RL"
        ]
        region = {"polygon": [[1, 2], [3, 4], [5, 2]], "extent_mm": 7.0, "visibility": 4.5, "is_visible": True}
        words = {"side": "L", "morphology": "rim", "distribution": "grouped", "warrants_recall": False}
        findings = [generating.MadeFinding(words, [generating.MadeRegion("lcc", region)])]
        kind = generating.kind_of(Recipe.from_dict(recipe))
        return generating.Made(kind, kind == "suspicious", [{"category": "2", "reason": "Because."}], views, findings)

    monkeypatch.setattr(shipped, "make", make)
    return folder


def never(recipe: dict[str, Any]) -> None:
    raise AssertionError("It came with the academy.")


def test_room_opens_with_what_came_along(
    db: None, content: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "make", never)
    settings.STUDIES = 3
    assert services.order_missing() == 3
    while services.make_next_study():
        pass
    assert (get_progress().total, get_progress().ready) == (3, 3)
    assert Study.objects.for_practice().filter(is_open=True).count() == 3
    kinds = list(Truth.objects.values_list("kind", flat=True))
    assert len(set(kinds)) < 3, "two of them would tell the third"
    for view in View.objects.all():
        assert default_storage.exists(f"{view.tiles}/fit.webp")
        assert default_storage.exists(f"{view.tiles}/{view.levels - 1}/0_0.webp")
    assert not Region.objects.exclude(view__study__isnull=False).exists()


def test_those_that_are_there_are_not_ordered_again(db: None, content: None, settings: Any) -> None:
    settings.STUDIES = 2
    services.order_missing()
    settings.STUDIES = 4
    services.order_missing()
    seeds = list(Study.objects.values_list("seed", flat=True))
    assert seeds[:3] == [15, 23, 38]
    assert len(set(seeds)) == 4


def test_studies_of_lessons_come_along(db: None, content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "make", never)
    *_, last = shipped._wanted()
    Study.objects.create(seed=last.seed, recipe=last.to_dict(), purpose=StudyPurpose.COURSE)
    assert services.make_next_study()
    assert View.objects.filter(study__seed=last.seed).count() == 4


def test_nothing_that_comes_along_is_stale(content: None) -> None:
    call_command("ship_studies", check=True)


def facts_of(view: Any) -> dict[str, Any]:
    return {name: value for name, value in shipped._describe(view).items() if name not in ("folder", "outline")}


def grays(tiles: dict[str, bytes]) -> dict[str, Any]:
    return {name: np.asarray(Image.open(BytesIO(tile)).convert("L"), dtype=float) for name, tile in tiles.items()}


def test_what_came_along_is_what_a_worker_makes(db: None, content: None) -> None:
    """The facts exactly, the pictures within some gray levels: another machine rounds otherwise (decision 54)."""
    recipe = draw_recipe(15).to_dict()
    found, made = shipped.find_shipped(recipe), generating.make(recipe)
    assert found is not None
    assert [facts_of(view) for view in found.views] == [facts_of(view) for view in made.views]
    assert (found.kind, found.recall, found.categories) == (made.kind, made.recall, made.categories)
    assert json.loads(json.dumps([vars(each) for each in made.findings], default=vars)) == [
        json.loads(json.dumps(vars(each), default=vars)) for each in found.findings
    ]
    for came, view in zip(found.views, made.views, strict=True):
        assert np.allclose(came.outline["nipple"], view.outline["nipple"], atol=3)
        with zipfile.ZipFile(came.archive) as archive:
            names = [name for name in archive.namelist() if name.startswith(f"{came.key}/")]
            shown = grays({name.removeprefix(f"{came.key}/"): archive.read(name) for name in names})
        drawn = grays(dict(cut_tiles(view.pixels)))
        assert shown.keys() == drawn.keys()
        away = np.concatenate([abs(shown[name] - drawn[name]).ravel() for name in shown])
        assert away.mean() < 0.5
        assert np.quantile(away, 0.999) <= 8


def test_stale_ones_are_made_and_others_removed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "0123.zip").write_bytes(b"of an older generator")
    with pytest.raises(CommandError, match=r"Stale: 15\. Left over: 0123\.zip\. Run ship_studies\."):
        call_command("ship_studies", check=True)
    call_command("ship_studies")
    (path,) = own.glob("*.zip")
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [path.name, "0123.zip"]
    call_command("ship_studies", check=True)
    before = path.read_bytes()
    path.unlink()
    call_command("ship_studies")
    assert path.read_bytes() == before


def test_folder_of_tiles_is_written_once(db: None, own: Path) -> None:
    call_command("ship_studies")
    (path,) = own.glob("*.zip")
    found = shipped.find_shipped(draw_recipe(15).to_dict())
    assert found is not None
    view = found.views[0]
    assert view.store() == view.store()
    with zipfile.ZipFile(path) as archive:
        tile = archive.read(f"{view.key}/fit.webp")
    with default_storage.open(f"{view.folder}/fit.webp") as stored:
        assert stored.read() == tile
