"""CBIS-DDSM by one command: on an archive of the same layout, whole and broken."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from PIL import Image
from wagtail.models import ModelLogEntry

from imaging.incoming.cbis import services
from imaging.incoming.cbis.services import ATTRIBUTION, MM_PER_PIXEL, import_case
from imaging.incoming.cbis.tables import read_cases
from imaging.incoming.cbis.words import DISTRIBUTIONS, MORPHOLOGIES, map_morphology
from imaging.models import Finding, Region, Study, Truth, View
from imaging.reading.words import list_distributions, list_morphologies
from tests.imaging.incoming.files import Archive, draw_breast, save_dicom


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def archive(tmp_path) -> Archive:
    folder = tmp_path / "archive"
    folder.mkdir()
    return Archive(folder)


@pytest.fixture
def run(archive, admin, capsys):
    def command(*options: str) -> str:
        call_command("import_cbis_ddsm", str(archive.folder), "--by", admin.email, *options)
        return capsys.readouterr().out

    return command


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()] if media.exists() else []


def test_case_comes_in_with_views_truth_and_attribution(run, archive, admin):
    archive.add("P_00005", view="CC")
    archive.add("P_00005", view="MLO", place=(70, 90, 30, 50))
    assert "1 came in, 0 were there already, 0 were refused." in run()
    study = Study.objects.get()
    assert (study.source, study.status, study.origin) == ("real", "ready", "cbis-ddsm:P_00005")
    assert (study.licence, study.attribution, study.proof) == ("CC BY 3.0", ATTRIBUTION, "pathology")
    assert (study.seed, study.recipe, study.is_open) == (None, None, False)
    views = {view.key: view for view in View.objects.all()}
    assert set(views) == {"lcc", "lmlo"}
    assert (views["lcc"].rows, views["lcc"].columns) == (160, 120)
    assert (views["lcc"].mm_per_pixel, views["lcc"].is_scale_approximate) == (MM_PER_PIXEL, True)
    assert views["lcc"].outline["wall"] == 0
    assert default_storage.exists(f"{views['lcc'].tiles}/fit.webp")
    truth = Truth.objects.get()
    assert (truth.kind, truth.recall) == ("suspicious", True)
    assert [each["category"] for each in truth.categories] == ["0", "4A", "4B", "4C"]
    finding = Finding.objects.get()
    assert (finding.side, finding.morphology, finding.distribution) == ("L", "fine-pleomorphic", "grouped")
    assert (finding.warrants_recall, finding.pathology) == (True, "malignant")
    region = Region.objects.get(view=views["lcc"])
    xs, ys = zip(*region.polygon, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == (29.5, 49.5, 59.5, 79.5)
    assert region.extent_mm == round(float(np.hypot(20, 20)) * MM_PER_PIXEL, 1)
    assert (region.visibility, region.is_visible) == (None, True)
    assert ModelLogEntry.objects.get(action="imaging.import_study").user == admin
    assert list(Study.objects.for_practice()) == [study]


def test_second_run_adds_nothing_and_stored_files_stay(run, archive, media):
    archive.add("P_00005")
    run()
    before = {path: path.stat().st_mtime_ns for path in stored(media)}
    assert "0 came in, 1 were there already, 0 were refused." in run()
    assert {path: path.stat().st_mtime_ns for path in stored(media)} == before
    assert Study.objects.count() == Truth.objects.count() == 1


def test_run_that_was_stopped_goes_on_where_it_was(run, archive):
    for patient in ("P_00005", "P_00007", "P_00010"):
        archive.add(patient)
    assert "2 came in" in run("--limit", "2")
    assert "1 came in, 2 were there already" in run()
    assert Study.objects.count() == 3


def test_rehearsal_keeps_nothing(run, archive, media):
    archive.add("P_00005")
    archive.add("P_00007", calc_type="N/A")
    told = run("--dry-run")
    assert "P_00005: would come in" in told
    assert "1 would come in, 0 were there already, 1 were refused." in told
    assert not Study.objects.exists()
    assert stored(media) == []


@pytest.mark.parametrize("layout", [{}, {"is_classic": True}, {"is_swapped": True}, {"mask_scale": 1.15}])
def test_every_layout_gives_the_same_region(run, archive, layout):
    archive.add("P_00005", **layout)
    run()
    xs, ys = zip(*Region.objects.get().polygon, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((29.5, 49.5, 59.5, 79.5), abs=1)


@pytest.mark.parametrize(
    ("pathology", "kind", "recall", "proven", "categories"),
    [
        ("MALIGNANT", "suspicious", True, "malignant", ["0", "5"]),
        ("BENIGN", "suspicious", True, "benign", ["0", "5"]),
        ("BENIGN_WITHOUT_CALLBACK", "benign", False, "benign", ["2"]),
    ],
)
def test_recall_is_what_was_called_back(run, archive, pathology, kind, recall, proven, categories):
    archive.add("P_00005", pathology=pathology, assessment="5")
    run()
    truth = Truth.objects.get()
    assert (truth.kind, truth.recall) == (kind, recall)
    assert [each["category"] for each in truth.categories] == categories
    assert Finding.objects.get().pathology == proven


def test_rows_that_say_the_same_are_one_finding_and_others_are_two(run, archive):
    archive.add("P_00005", view="CC", number=1)
    archive.add("P_00005", view="CC", number=2, calc_type="VASCULAR", pathology="BENIGN_WITHOUT_CALLBACK")
    archive.add("P_00005", view="MLO", number=1)
    run()
    pleomorphic, vascular = Finding.objects.all()
    assert [region.view.key for region in pleomorphic.regions.all()] == ["lcc", "lmlo"]
    assert (vascular.morphology, vascular.warrants_recall, vascular.regions.count()) == ("vascular", False, 1)
    assert Truth.objects.get().recall


def damage(path: Path, change: Any) -> Any:
    path.write_bytes(change(path.read_bytes()))


BROKEN = {
    "no image": (lambda paths: paths["image"].unlink(), "The files of Calc-Training_P_00007_LEFT_CC are not there."),
    "no mask": (
        lambda paths: (paths["mask"].unlink(), paths["crop"].unlink()),
        "The files of Calc-Training_P_00007_LEFT_CC_1 are not there.",
    ),
    "crop alone": (
        lambda paths: paths["mask"].unlink(),
        "Calc-Training_P_00007_LEFT_CC_1 has no mask of the size of its image.",
    ),
    "cut off": (lambda paths: damage(paths["image"], lambda data: data[: len(data) // 2]), "cut off"),
    "no DICOM": (lambda paths: damage(paths["image"], lambda data: b"GIF89a" * 400), "This is no DICOM file."),
    "other modality": (lambda paths: save_dicom(paths["image"], Modality="CT"), "Its modality is “CT”"),
    "several frames": (lambda paths: save_dicom(paths["image"], NumberOfFrames=3), "It has several frames"),
    "empty mask": (
        lambda paths: save_dicom(paths["mask"], np.zeros((160, 120)), bits=8),
        "has no mask of the size of its image. 1-1.dcm: Every pixel is the same",
    ),
    "mask of another image": (
        lambda paths: save_dicom(paths["mask"], np.eye(120, 160) * 255, bits=8),
        "has no mask of the size of its image.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_case_is_refused_with_its_line_and_the_others_come_in(run, archive, media, name):
    edit, said = BROKEN[name]
    archive.add("P_00005")
    archive.add("P_00007", edit=edit)
    told = run()
    assert "P_00007: refused\n    calc_case_description_train_set.csv, line 7: " in told
    assert said in told
    assert "1 came in, 0 were there already, 1 were refused." in told
    study = Study.objects.get()
    assert study.origin == "cbis-ddsm:P_00005"
    folders = set(study.views.values_list("tiles", flat=True))
    assert {f"tiles/{path.name}" for path in (media / "tiles").iterdir()} == folders


def test_one_bad_row_refuses_its_whole_case(run, archive):
    archive.add("P_00005", view="CC")
    archive.add("P_00005", view="MLO", calc_type="N/A")
    assert "line 7: The form of the calcifications is not stated (calc type)." in run()
    assert not Study.objects.exists()


@pytest.mark.parametrize("patient", ["P_" + 70 * "0", "P_", "P_0 or 1", "X_00007"])
def test_what_is_no_number_of_a_patient_is_refused_and_the_others_come_in(run, archive, patient):
    archive.add(patient)
    archive.add("P_00005")
    told = run()
    assert "is no number of a patient." in told
    assert "1 came in, 0 were there already, 1 were refused." in told
    assert Study.objects.get().origin == "cbis-ddsm:P_00005"


def test_no_case_of_the_archive_is_for_test_sets(archive, admin):
    with pytest.raises(CommandError, match="invalid choice: 'test-set'"):
        call_command("import_cbis_ddsm", str(archive.folder), "--by", admin.email, "--purpose", "test-set")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"calc_type": "SPARKLING"}, "“SPARKLING” (calc type) has no word in the lexicon here."),
        ({"calc_distribution": "EVERYWHERE"}, "“EVERYWHERE” (calc distribution) has no word"),
        ({"pathology": "UNPROVEN"}, "“UNPROVEN” is no pathology"),
        ({"assessment": "7"}, "“7” is no assessment"),
        ({"side": "MIDDLE"}, "“MIDDLE CC” is no view"),
    ],
)
def test_words_that_are_not_known_are_refused(run, archive, words, said):
    archive.add("P_00005", **words)
    assert said in run()
    assert not Study.objects.exists()


def test_path_that_leads_out_of_the_archive_is_refused(run, archive):
    archive.add("P_00005")
    archive.rows[0][11] = "../../etc/passwd"
    archive._write_table()
    assert "“../../etc/passwd” is no path of the archive." in run()


def test_patient_with_a_mass_is_refused(run, archive):
    """The table of calcifications would tell a reader that nothing else is there."""
    archive.add("P_00005")
    (archive.folder / "mass_case_description_test_set.csv").write_text("patient_id,breast_density\nP_00005,3\n")
    assert "The patient has a mass, too" in run()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, "There is neither calc_case_description_train_set.csv"),
        (b"patient_id,image view\nP_00005,CC\n", "lacks the column “left or right breast”"),
        (b"\xff\xfe\x00\x01", "is no table of text"),
    ],
)
def test_folder_without_tables_is_refused(run, archive, table, said):
    if table is not None:
        (archive.folder / "calc_case_description_train_set.csv").write_bytes(table)
    with pytest.raises(CommandError, match=said):
        run()


def test_who_may_not_change_studies_imports_nothing(archive, learner):
    archive.add("P_00005")
    with pytest.raises(CommandError, match="Nobody who may change studies"):
        call_command("import_cbis_ddsm", str(archive.folder), "--by", learner.email)
    with pytest.raises(CommandError, match=r"is no folder"):
        call_command("import_cbis_ddsm", "/nowhere/at/all", "--by", learner.email)


def test_failure_on_the_way_leaves_neither_rows_nor_tiles(archive, admin, media, monkeypatch):
    archive.add("P_00005")

    def fail(*args, **fields):
        raise OSError("The disk is full")

    monkeypatch.setattr(services, "_keep_finding", fail)
    (case,) = read_cases(archive.folder)
    with pytest.raises(OSError, match="disk"):
        import_case(case=case, folder=archive.folder, purpose="practice", by=admin)
    assert not Study.objects.exists()
    assert stored(media) == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_take_in_one(archive, admin):
    archive.add("P_00005")
    (case,) = read_cases(archive.folder)
    gate = Barrier(2)

    def run_one() -> bool:
        gate.wait(10)
        try:
            return import_case(case=case, folder=archive.folder, purpose="practice", by=admin).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(each.result() for each in [pool.submit(run_one) for _ in range(2)]) == [False, True]
    assert Study.objects.count() == 1
    assert all(default_storage.exists(f"{view.tiles}/fit.webp") for view in View.objects.all())


def test_every_word_of_the_maps_is_one_of_the_lexicon():
    assert set(MORPHOLOGIES.values()) <= {word.key for word in list_morphologies()}
    assert set(DISTRIBUTIONS.values()) <= {word.key for word in list_distributions()}
    assert map_morphology("ROUND_AND_REGULAR-LUCENT_CENTER-DYSTROPHIC") == "round"
    assert map_morphology("PUNCTATE-PLEOMORPHIC") == "fine-pleomorphic"


def test_database_refuses_a_real_case_without_rights_and_a_synthetic_one_with(db):
    for fields in (
        {"source": "real", "status": "draft"},
        {"source": "real", "status": "draft", "seed": 1, "recipe": {}, "licence": "a", "attribution": "b"},
        {"seed": 1, "recipe": {}, "licence": "CC BY 3.0"},
        {"seed": 1, "recipe": {}, "status": "draft"},
        {},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Study.objects.create(**fields)


def test_image_of_the_archive_is_black_around_the_breast(run, archive, media):
    def scribble(paths):
        pixels = draw_breast(top=65535)
        pixels[10:20, 95:115] = 60000  # a label of the film
        save_dicom(paths["image"], pixels, bits=16)

    archive.add("P_00005", edit=scribble)
    run()
    with default_storage.open(f"{View.objects.get().tiles}/8/0_0.webp") as file:
        shown = np.asarray(Image.open(file).convert("L"))
    assert shown[8:22, 93:117].max() <= 8
    assert shown[80, 5] > 150
