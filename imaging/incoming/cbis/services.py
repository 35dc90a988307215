"""A case of CBIS-DDSM into a study: read whole, then its tiles, then every row at once. Or nothing of it."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.models import User
from imaging.incoming.blanking import blank_air
from imaging.incoming.cbis.files import find_image, find_mask
from imaging.incoming.cbis.tables import Case, Row
from imaging.incoming.errors import FileRefused
from imaging.incoming.pictures import Picture, show
from imaging.studies.models import Finding, Proof, Region, Study, StudyKind, StudySource, StudyStatus, Truth, View
from imaging.studies.outlines import find_outline
from imaging.studies.pyramids import Pixels, Pyramid, name_folder, remove_pyramid, store_pyramid

LICENCE = "CC BY 3.0"
ATTRIBUTION = (
    "CBIS-DDSM: R. S. Lee, F. Gimenez, A. Hoogi, D. Rubin, The Cancer Imaging Archive, 2016, "
    "https://doi.org/10.7937/K9/TCIA.2016.7O02S9CY. Changed: windowed, the air blanked, cut into tiles."
)
MM_PER_PIXEL = 0.046
"""The archive does not say by which digitizer of DDSM a film was read: they had 0.042 to 0.050 mm. The middle is at
most a tenth off, and lengths are called approximate."""


@dataclass(frozen=True)
class Outcome:
    patient: str
    is_new: bool = False
    """It came in, or would in a rehearsal."""
    refusals: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ReadFinding:
    row: Row
    regions: dict[str, tuple[list[list[float]], float]]
    """By view: the polygon, and its extent in millimeters."""


@dataclass(frozen=True)
class ReadCase:
    views: dict[str, tuple[Row, Pixels]]
    findings: list[ReadFinding]


def name_origin(case: Case) -> str:
    return f"cbis-ddsm:{case.patient}"


def import_case(*, case: Case, folder: Path, purpose: str, by: User, is_rehearsal: bool = False) -> Outcome:
    """What is there already stays as it is. A rehearsal reads everything and keeps nothing."""
    if case.refusals:
        return Outcome(case.patient, refusals=case.refusals)
    if Study.objects.filter(origin=name_origin(case)).exists():
        return Outcome(case.patient)
    refusals: list[str] = []
    read = _read_case(case, folder, refusals)
    if refusals or is_rehearsal:
        return Outcome(case.patient, is_new=not refusals, refusals=refusals)
    return Outcome(case.patient, is_new=_keep(case, read, purpose=purpose, by=by))


def _read_case(case: Case, folder: Path, refusals: list[str]) -> ReadCase:
    """What lacks is added to the refusals, all of it at once."""
    images: dict[str, Picture] = {}
    views: dict[str, tuple[Row, Pixels]] = {}
    findings: dict[tuple[str, ...], ReadFinding] = {}
    for row in case.rows:
        try:
            if row.view not in images:
                images[row.view] = blank_air(find_image(folder, row.image))
                views[row.view] = (row, show(images[row.view]))
            mask = find_mask(folder, row.mask, images[row.view])
        except FileRefused as refusal:
            refusals.append(f"{row.place}: {refusal}")
            continue
        finding = findings.setdefault(row.finding, ReadFinding(row, {}))
        finding.regions.setdefault(row.view, (mask.polygon, round(mask.across * MM_PER_PIXEL, 1)))
    return ReadCase(views, list(findings.values()))


def _keep(case: Case, read: ReadCase, *, purpose: str, by: User) -> bool:
    """False where another run was faster: it has the study's row, and this one waits there before it writes a file."""
    try:
        with transaction.atomic():
            study = _begin_study(case, purpose)
            made: list[str] = []
            try:
                with transaction.atomic():
                    _keep_content(study, case, read, made, by=by)
            except BaseException:
                for folder in made:
                    if not View.objects.filter(tiles=folder).exists():
                        remove_pyramid(folder)
                raise
    except IntegrityError:
        if Study.objects.filter(origin=name_origin(case)).exists():
            return False
        raise
    return True


def _begin_study(case: Case, purpose: str) -> Study:
    return Study.objects.create(
        source=StudySource.REAL,
        purpose=purpose,
        status=StudyStatus.READY,
        origin=name_origin(case),
        licence=LICENCE,
        attribution=ATTRIBUTION,
        proof=Proof.PATHOLOGY,
        made_at=timezone.now(),
    )


def _keep_content(study: Study, case: Case, read: ReadCase, made: list[str], *, by: User) -> None:
    """The folders of tiles are named in `made` before they are written."""
    pyramids: dict[str, Pyramid] = {}
    for key, (_row, pixels) in read.views.items():
        made.append(name_folder(pixels))
        pyramids[key] = store_pyramid(pixels)
    views = {key: _keep_view(study, key, row, pixels, pyramids[key]) for key, (row, pixels) in read.views.items()}
    recall = any(finding.row.warrants_recall for finding in read.findings)
    truth = Truth.objects.create(
        study=study,
        kind=StudyKind.SUSPICIOUS if recall else StudyKind.BENIGN,
        recall=recall,
        categories=find_categories(case.rows),
    )
    for number, finding in enumerate(read.findings, 1):
        _keep_finding(truth, number, finding, views)
    log(study, "imaging.import_study", user=by, data={"origin": study.origin})


def _keep_view(study: Study, key: str, row: Row, pixels: Pixels, pyramid: Pyramid) -> View:
    rows, columns = pixels.shape
    return View.objects.create(
        study=study,
        key=key,
        side=row.side,
        projection=row.projection,
        rows=rows,
        columns=columns,
        mm_per_pixel=MM_PER_PIXEL,
        is_scale_approximate=True,
        tiles=pyramid.folder,
        levels=pyramid.levels,
        outline=find_outline(pixels),
    )


def _keep_finding(truth: Truth, number: int, finding: ReadFinding, views: dict[str, View]) -> None:
    row = finding.row
    kept = Finding.objects.create(
        truth=truth,
        number=number,
        side=row.side,
        morphology=row.morphology,
        distribution=row.distribution,
        warrants_recall=row.warrants_recall,
        pathology=row.pathology,
    )
    for key, (polygon, extent) in finding.regions.items():
        # The archive's readers saw it in the view in which they drew it.
        Region.objects.create(
            finding=kept, view=views[key], polygon=polygon, extent_mm=extent, visibility=None, is_visible=True
        )


def find_categories(rows: list[Row]) -> list[dict[str, str]]:
    """Acceptable ones. Recall is category 0 at screening; beside it stands what the archive's readers gave."""
    called = [row for row in rows if row.warrants_recall]
    if not called:
        return [{"category": "2", "reason": gettext("It was judged benign, and nobody was called back.")}]
    highest = max(row.assessment for row in called)
    given = {"3": ["3"], "4": ["4A", "4B", "4C"], "5": ["5"]}.get(highest, [])
    reason = gettext("The archive's readers gave category {category}.").format(category=highest)
    if highest == "4":
        reason += " " + gettext("It has no letters.")
    screening = {"category": "0", "reason": gettext("It was called back.")}
    return [screening, *({"category": category, "reason": reason} for category in given)]
