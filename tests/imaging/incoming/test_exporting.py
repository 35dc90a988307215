"""What goes out as DICOM comes in again, says that it is synthetic, and tells nothing of its truth."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from pydicom import dcmread

from imaging.incoming import exporting
from imaging.incoming.dicom import read_dicom
from imaging.incoming.pictures import show
from imaging.studies.generating import Made, MadeView
from imaging.studies.models import Study, StudyKind
from imaging.synthesis import FindingRecipe, Recipe
from imaging.synthesis.recipes import DISTRIBUTIONS, MORPHOLOGIES

pytestmark = pytest.mark.django_db
RECIPE = Recipe(90210471112, findings=(FindingRecipe("amorphous", "segmental"),))


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[MadeView]:
    """What stands in for the generator, whose pixels take ten seconds; one of a prior is among them."""
    rng = np.random.default_rng(5)
    made = [
        MadeView(side, projection, rng.integers(0, 4096, (160, 120)).astype(np.uint16), 0.0847)
        for projection in ("CC", "MLO")
        for side in "RL"
    ]
    prior = MadeView("R", "CC", made[0].pixels // 2, 0.0847, is_prior=True)
    known = Made(StudyKind.SUSPICIOUS, True, [], [*made, prior], [], prior_years=2)
    monkeypatch.setattr(exporting, "make", lambda recipe: known)
    return made


def order() -> Study:
    return Study.objects.create(seed=RECIPE.seed, recipe=RECIPE.to_dict())


def test_view_comes_in_again_as_it_was(views: list[MadeView], tmp_path: Path, capsys: Any) -> None:
    call_command("export_dicom", str(order().pk), str(tmp_path / "out"))
    files = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in files] == ["L-CC.dcm", "L-MLO.dcm", "R-CC.dcm", "R-MLO.dcm"]
    assert len(capsys.readouterr().out.splitlines()) == 4
    by_name = {f"{view.side}-{view.projection}.dcm": view for view in views}
    for path in files:
        read, view = read_dicom(path), by_name[path.name]
        assert (read.side, read.projection, read.bits) == (view.side, view.projection, 12)
        assert read.mm_per_pixel == pytest.approx(0.0847)
        assert np.array_equal(read.stored, view.pixels)
        assert np.array_equal(show(read), view.pixels)


def test_file_says_that_it_is_synthetic_and_not_what_it_shows(views: list[MadeView], tmp_path: Path) -> None:
    call_command("export_dicom", str(order().pk), str(tmp_path))
    read = [dcmread(path) for path in sorted(tmp_path.iterdir())]
    assert {each.SyntheticData for each in read} == {"YES"}
    assert {each.Modality for each in read} == {"MG"}
    assert len({each.StudyInstanceUID for each in read}) == 1
    assert len({each.SOPInstanceUID for each in read}) == 4
    for each in read:
        assert "Synthetic" in str(each.PatientName)
        assert "Not a patient" in each.ImageComments
        assert each.VOILUTFunction == "LINEAR_EXACT"
        del each.PixelData, each.VOILUTFunction
        told = str(each).lower()
        assert str(RECIPE.seed) not in told
        words = re.findall(r"[a-z-]+", told)
        assert not {*words} & {*MORPHOLOGIES, *DISTRIBUTIONS, "suspicious", "recall"}


def test_a_second_time_nobody_can_tell_that_it_is_the_same_study(views: list[MadeView], tmp_path: Path) -> None:
    study = order()
    for name in ("one", "two"):
        call_command("export_dicom", str(study.pk), str(tmp_path / name))
    one, two = (dcmread(tmp_path / name / "L-CC.dcm") for name in ("one", "two"))
    assert one.StudyInstanceUID != two.StudyInstanceUID


def test_what_cannot_go_out_is_refused_and_writes_nothing(views: list[MadeView], tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(CommandError, match="There is no study 4711"):
        call_command("export_dicom", "4711", str(target))
    real = Study.objects.create(source="real", status="draft", licence="CC BY 3.0", attribution="X", proof="pathology")
    with pytest.raises(CommandError, match="A real case never leaves the academy"):
        call_command("export_dicom", str(real.pk), str(target))
    assert not target.exists()
    target.mkdir()
    (target / "kept.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_dicom", str(order().pk), str(target))
    assert [path.name for path in target.iterdir()] == ["kept.txt"]
