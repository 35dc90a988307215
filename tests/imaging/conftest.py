"""Studies without pixels: what readers do with them needs rows alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from imaging.models import Finding, Region, Study, StudyKind, Truth, View
from imaging.studies.generating import MadeExtra

ROWS, COLUMNS, MM = 400, 320, 0.5
# Words and places that only the truth of a study holds.
SQUARE = [[150, 180], [170, 180], [170, 200], [150, 200]]
REASON = "Reason that only the key knows."
REAL = {
    "source": "real",
    "seed": None,
    "recipe": None,
    "licence": "CC BY 3.0",
    "attribution": "Images of the city's hospital.",
    "proof": "pathology",
}
"""Fields of a real case: nothing is drawn, and somebody has the rights."""


def make_views(study: Study) -> list[View]:
    return [
        View.objects.create(
            study=study,
            key=f"{side}{projection}".lower(),
            side=side,
            projection=projection,
            rows=ROWS,
            columns=COLUMNS,
            mm_per_pixel=MM,
            tiles=f"tiles/{number:032x}",
            levels=10,
            outline={
                "nipple": [220 if side == "L" else 100, 200],
                "top": 40,
                "bottom": 360,
                "wall": 0 if side == "L" else COLUMNS - 1,
            },
        )
        for number, (side, projection) in enumerate(
            [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")], 4 * study.pk
        )
    ]


def add_finding(truth: Truth, views: list[View], **fields: Any) -> Finding:
    """In both views of the left breast, in the square."""
    words = {"side": "L", "morphology": "fine-linear", "distribution": "segmental", "warrants_recall": True}
    seen = {"is_visible": fields.pop("is_visible", True), "polygon": fields.pop("polygon", SQUARE)}
    finding = Finding.objects.create(truth=truth, number=truth.findings.count() + 1, **{**words, **fields})
    for view in views:
        if view.side == finding.side:
            Region.objects.create(finding=finding, view=view, extent_mm=14.2, visibility=5.5, **seen)
    return finding


def write_study(kind: str = StudyKind.SUSPICIOUS, **fields: Any) -> Study:
    number = Study.objects.count() + 1
    values = {"seed": 7_000_000 + number, "recipe": {"seed": "recipe-of-the-key"}, "status": "ready"}
    study = Study.objects.create(**{**values, "made_at": timezone.now(), **fields})
    views = make_views(study)
    is_positive = kind == StudyKind.SUSPICIOUS
    categories = [{"category": "4C" if is_positive else "2", "reason": REASON}]
    truth = Truth.objects.create(study=study, kind=kind, recall=is_positive, categories=categories)
    if is_positive:
        add_finding(truth, views)
    elif kind == StudyKind.BENIGN:
        add_finding(truth, views, morphology="popcorn", distribution="grouped", warrants_recall=False)
    return study


@pytest.fixture
def no_pixels(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """What stands in for the generator of additional views: the finding shows in those of the left breast."""
    settings.MEDIA_ROOT = tmp_path

    def make(recipe: dict[str, Any], *, side: str, spot: tuple[str, float, float] | None = None) -> MadeExtra:
        size = (300, 300) if spot else (ROWS, COLUMNS)
        pixels = np.random.default_rng(abs(hash((side, spot)))).integers(0, 4096, size).astype(np.uint16)
        seen = {"polygon": SQUARE, "extent_mm": 14.2, "visibility": 9.5, "is_visible": True}
        return MadeExtra(pixels, MM / 2 if spot else MM, {1: seen} if side == "L" else {})

    monkeypatch.setattr("imaging.asking.services.make_extra", make)


@pytest.fixture
def make_study(db: None) -> Callable[..., Study]:
    return write_study


@pytest.fixture
def study(db: None) -> Study:
    """Fine linear, segmental, in the left breast; with access."""
    return write_study()


@pytest.fixture
def open_studies(db: None) -> list[Study]:
    """One of each kind, for everybody."""
    return [write_study(kind, is_open=True) for kind in StudyKind]
