"""The description tables of CBIS-DDSM: one row is one abnormality in one image. What a patient's rows say is one case.

Paths in the tables name the classic layout (…/000000.dcm), some end in a line break within their quotes, and in many
rows mask and crop are exchanged: only a path's first folder is used (imaging.incoming.cbis.files).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from imaging.incoming.cbis.words import map_distribution, map_morphology
from imaging.incoming.errors import FileRefused
from imaging.studies.models import Pathology

TABLES = ("calc_case_description_train_set.csv", "calc_case_description_test_set.csv")
MASSES = ("mass_case_description_train_set.csv", "mass_case_description_test_set.csv")
COLUMNS = (
    "patient_id", "left or right breast", "image view", "abnormality id", "calc type", "calc distribution",
    "assessment", "pathology", "image file path", "ROI mask file path",
)  # fmt: skip
SIDES = {"LEFT": "L", "RIGHT": "R"}
PROJECTIONS = ("CC", "MLO")
PATHOLOGIES = {
    "MALIGNANT": Pathology.MALIGNANT,
    "BENIGN": Pathology.BENIGN,
    "BENIGN_WITHOUT_CALLBACK": Pathology.BENIGN,
}
NO_CALLBACK = "BENIGN_WITHOUT_CALLBACK"
PATIENT = re.compile(r"P_[A-Za-z0-9_]{1,30}")
"""The archive has P_ and five digits."""


@dataclass(frozen=True)
class Row:
    place: str
    """Table and line, for the report."""
    patient: str
    side: str
    projection: str
    number: str
    """Of the abnormality, in its image."""
    morphology: str
    distribution: str
    assessment: str
    pathology: str
    warrants_recall: bool
    """What was called back in its time."""
    image: str
    """The folder of the whole image."""
    mask: str

    @property
    def view(self) -> str:
        return f"{self.side}{self.projection}".lower()

    @property
    def finding(self) -> tuple[str, ...]:
        """Rows of one breast that say the same under the same number are one finding, in two views."""
        return self.side, self.number, self.morphology, self.distribution, self.pathology


@dataclass(frozen=True)
class Case:
    """What the tables say of a patient. A case with a row that cannot be used is refused as a whole."""

    patient: str
    rows: list[Row]
    refusals: list[str]


def read_cases(folder: Path) -> list[Case]:
    """In the order of the tables. Raises FileRefused where there are none, or one is not what it should be."""
    tables = [folder / name for name in TABLES if (folder / name).is_file()]
    if not tables:
        raise FileRefused(
            _("There is neither {first} nor {second} in this folder.").format(first=TABLES[0], second=TABLES[1])
        )
    masses = {row["patient_id"] for name in MASSES for _line, row in _read(folder / name, ("patient_id",))}
    cases: dict[str, Case] = {}
    for table in tables:
        for line, cells in _read(table, COLUMNS):
            case = cases.setdefault(cells["patient_id"], Case(cells["patient_id"], [], []))
            place = f"{table.name}, line {line}"
            try:
                if not PATIENT.fullmatch(case.patient):
                    raise FileRefused(_("“{patient}” is no number of a patient.").format(patient=case.patient[:20]))
                if case.patient in masses:
                    raise FileRefused(_("The patient has a mass, too, of which this table says nothing."))
                case.rows.append(_make_row(place, cells))
            except FileRefused as refusal:
                case.refusals.append(f"{place}: {refusal}")
    return list(cases.values())


def _read(table: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the number of its last line. A table of masses need not be there."""
    if not table.is_file():
        return
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
                told = _("{table} lacks the column “{column}”.")
                raise FileRefused(told.format(table=table.name, column=missing[0]))
            for row in reader:
                yield reader.line_num, {name: (row[name] or "").strip() for name in columns}
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(_("{table} is no table of text.").format(table=table.name)) from error


def _make_row(place: str, cells: dict[str, str]) -> Row:
    side, projection = cells["left or right breast"], cells["image view"]
    if side not in SIDES or projection not in PROJECTIONS:
        raise FileRefused(_("“{side} {view}” is no view of a mammogram.").format(side=side[:10], view=projection[:10]))
    pathology = cells["pathology"]
    if pathology not in PATHOLOGIES:
        raise FileRefused(_("“{word}” is no pathology that is known here.").format(word=pathology[:40]))
    if cells["assessment"] not in ("0", "1", "2", "3", "4", "5"):
        raise FileRefused(_("“{word}” is no assessment from 0 to 5.").format(word=cells["assessment"][:10]))
    return Row(
        place=place,
        patient=cells["patient_id"],
        side=SIDES[side],
        projection=projection,
        number=cells["abnormality id"],
        morphology=map_morphology(cells["calc type"]),
        distribution=map_distribution(cells["calc distribution"]),
        assessment=cells["assessment"],
        pathology=PATHOLOGIES[pathology],
        warrants_recall=pathology != NO_CALLBACK,
        image=_first_folder(cells["image file path"]),
        mask=_first_folder(cells["ROI mask file path"]),
    )


def _first_folder(path: str) -> str:
    """Such as Calc-Training_P_00005_RIGHT_CC_1. A path of a table never leads out of the archive."""
    folder = path.split("/")[0].strip()
    if (
        not folder.startswith(("Calc-Training_", "Calc-Test_"))
        or not folder.replace("-", "").replace("_", "").isalnum()
    ):
        raise FileRefused(_("“{path}” is no path of the archive.").format(path=path[:60]))
    return folder
