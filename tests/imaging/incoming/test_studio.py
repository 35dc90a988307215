"""A real case through the studio: sent, looked at, signed, finished; and what must not be left of a file."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pydicom import Dataset
from wagtail.models import ModelLogEntry

from imaging.incoming import services
from imaging.incoming.dicom import check_size
from imaging.incoming.errors import FileRefused, SigningRefused
from imaging.models import IncomingImage, Study, Truth, View
from imaging.reading.queries import Reader, get_readable_studies
from tests.imaging.incoming.files import draw_breast, make_dataset, save, save_dicom

CASE = {
    "licence": "CC BY 4.0",
    "attribution": "Images of the city's hospital.",
    "proof": "pathology",
    "purpose": "practice",
}
SIGNED = {"is_clean": "on", "name": "Ada Author"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_DIR = tmp_path / "work"
    settings.WORK_DIR.mkdir()
    return tmp_path / "media"


@pytest.fixture
def desk(client_for, author):
    return client_for(author)


@pytest.fixture
def draft(db, author) -> Study:
    return services.draft_study(**CASE, by=author)


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def stored(media: Path) -> dict[str, bytes]:
    files = [path for path in media.rglob("*") if path.is_file()] if media.exists() else []
    return {str(path.relative_to(media)): path.read_bytes() for path in files}


def send(desk, draft: Study, path: Path, name: str = "DOE_JANE.dcm") -> Any:
    file = SimpleUploadedFile(name, path.read_bytes())
    return desk.post(f"/studio/studies/incoming/{draft.pk}/upload/", {"file": file}, follow=True)


def sign(desk, image: IncomingImage, **fields: Any) -> Any:
    return desk.post(f"/studio/studies/incoming/images/{image.pk}/sign/", {**SIGNED, **fields}, follow=True)


def test_case_from_the_first_form_to_the_reader(desk, author, learner_with_access, tmp_path, media):
    assert "you have the right to show" in text(desk.get("/studio/studies/incoming/"))
    page = desk.post("/studio/studies/incoming/", CASE, follow=True)
    study = Study.objects.get()
    assert "No image yet." in text(page)
    assert (study.source, study.status, study.licence) == ("real", "draft", "CC BY 4.0")
    for view in ("CC", "MLO"):
        pixels = draw_breast(top=4000 if view == "CC" else 3900)
        page = send(desk, study, save_dicom(tmp_path / "x.dcm", pixels, ViewPosition=view))
        assert "The image is in. Look at it, and sign." in text(page)
    cc, mlo = IncomingImage.objects.all()
    assert (cc.label, cc.mm_per_pixel, cc.rows, cc.columns) == ("L CC", 0.5, 160, 120)
    picture = desk.get(f"/studio/studies/incoming/images/{cc.pk}/preview.webp")
    assert picture.status_code == 200
    assert "private, no-store" in picture["Cache-Control"]
    assert not (media / "tiles").exists()  # nothing public before the signature
    assert "once each of its images is signed" in text(desk.get(f"/studio/studies/incoming/{study.pk}/"))
    assert sign(desk, cc, is_clean="").status_code == 422
    assert "Signed." in text(sign(desk, cc))
    desk.post(f"/studio/studies/incoming/{study.pk}/finish/")
    study.refresh_from_db()
    assert study.status == "draft"
    sign(desk, mlo)
    page = desk.post(f"/studio/studies/incoming/{study.pk}/finish/", follow=True)
    assert "It is read once it has a truth." in text(page)
    assert "Needs a truth: until then nobody is given it." in text(page)
    cc.refresh_from_db()
    assert (cc.signed_by, cc.view.key, cc.view.mm_per_pixel) == ("Ada Author", "lcc", 0.5)
    entry = ModelLogEntry.objects.filter(action="imaging.sign_image").first()
    assert (entry.user, entry.data["name"]) == (author, "Ada Author")
    reader = Reader(learner_with_access)
    assert not get_readable_studies(reader).exists()
    Truth.objects.create(study=study, kind="normal", recall=False, categories=[])
    assert list(get_readable_studies(reader)) == [study]


def plant(dataset: Dataset) -> list[bytes]:
    """Thirty-one identifiers, in every place where names are found."""
    names = [f"Planted{number:02}" for number in range(1, 32)]
    take = iter(names)
    for keyword in (
        "PatientName", "PatientID", "OtherPatientNames", "PatientAddress", "PatientComments", "ReferringPhysicianName",
        "InstitutionName", "InstitutionAddress", "PerformingPhysicianName", "OperatorsName", "StudyDescription",
        "SeriesDescription", "AccessionNumber", "StudyID", "StationName", "DeviceSerialNumber", "ProtocolName",
        "ImageComments", "RequestedProcedureDescription", "Manufacturer", "ManufacturerModelName",
        "DerivationDescription", "DetectorID", "FilterMaterial",
    ):  # fmt: skip
        setattr(dataset, keyword, next(take))
    item, inner = Dataset(), Dataset()
    inner.PatientName = next(take)
    item.CodeMeaning = next(take)
    item.RequestAttributesSequence = [inner]
    dataset.RequestAttributesSequence = [item]
    block = dataset.private_block(0x0009, next(take), create=True)
    block.add_new(1, "LO", next(take))
    dataset.add_new(0x60000022, "LO", next(take))  # an overlay's description
    dataset.add_new(0x60003000, "OW", next(take).encode() + b"\0")
    dataset.add_new(0xFFFCFFFC, "OB", next(take).encode() + b"\0")  # behind the pixels
    assert next(take, None) is None
    return [name.encode() for name in names]


def test_nothing_of_thirty_planted_identifiers_is_in_any_stored_byte(desk, draft, tmp_path, media):
    pixels = draw_breast()
    pixels[4:16, 90:118] = 4000  # a name that was burned into the air
    dataset = make_dataset(pixels | 0x0000, PatientBirthDate="19610203", StudyDate="20240506", PatientAge="063Y")
    uids = [dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID]
    planted = [*plant(dataset), b"19610203", b"20240506", b"063Y", *(uid.encode() for uid in uids), b"DOE", b"JANE"]
    path = save(dataset, tmp_path / "DOE_JANE.dcm")
    data = path.read_bytes()
    path.write_bytes(b"PlantedInPreamble".ljust(128, b"\0") + data[128:])
    assert all(name in path.read_bytes() for name in planted[:-2])
    send(desk, draft, path)
    image = IncomingImage.objects.get()
    sign(desk, image)
    files = stored(media)
    assert len(files) > 3
    for name, data in files.items():
        assert [word for word in [*planted, b"Planted"] if word in data] == [], name
        assert "DOE" not in name.upper()
    rows = str([vars(row) for model in (IncomingImage, Study, View) for row in model.objects.all()])
    assert [word for word in planted if word.decode() in rows] == []
    assert "Planted" not in str(list(ModelLogEntry.objects.values_list("data", "label")))
    with default_storage.open(image.original.name) as file:
        again = file.read()
    assert again[:128] == b"\0" * 128
    picture = services._reread(image)
    assert picture.stored[4:16, 90:118].max() == 0
    assert list((tmp_path / "work").iterdir()) == []


REFUSED: dict[str, dict[str, Any]] = {
    "another modality": {"Modality": "CR"},
    "several frames": {"NumberOfFrames": 9},
    "huge": {"Rows": 65_000, "Columns": 65_000},
    "color": {"PhotometricInterpretation": "RGB"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_says_why_and_leaves_nothing(desk, draft, tmp_path, media, name):
    page = send(desk, draft, save_dicom(tmp_path / "x.dcm", **REFUSED[name]))
    assert page.status_code == 422
    assert "It was not taken in:" in text(page)
    assert "Nothing of it is kept." in text(page)
    assert not IncomingImage.objects.exists()
    assert stored(media) == {}
    assert list((tmp_path / "work").iterdir()) == []


def test_what_is_no_image_and_what_is_too_large_are_refused(desk, draft, tmp_path, media, monkeypatch):
    (tmp_path / "x").write_bytes(b"MZ" + b"\0" * 500)
    assert "This is no DICOM file." in text(send(desk, draft, tmp_path / "x"))
    monkeypatch.setattr("imaging.incoming.forms.LARGEST_IMAGE", 100)
    assert "It is larger than 60 MB." in text(send(desk, draft, tmp_path / "x"))
    assert desk.post(f"/studio/studies/incoming/{draft.pk}/upload/").status_code == 422
    assert stored(media) == {}


def test_one_image_is_worked_on_at_a_time_and_who_waits_too_long_comes_back(desk, draft, tmp_path, media, monkeypatch):
    send(desk, draft, save_dicom(tmp_path / "first.dcm"))
    image = IncomingImage.objects.get()
    before = stored(media)
    monkeypatch.setattr(services, "LONGEST_WAIT", timedelta(milliseconds=50))
    with services.one_at_a_time():
        refused = send(desk, draft, save_dicom(tmp_path / "second.dcm", PositionerType="NONE"))
        assert "Another image is being worked on just now. Try again in a minute." in text(refused)
        assert "Another image is being worked on" in text(sign(desk, image))
    assert (IncomingImage.objects.count(), stored(media)) == (1, before)
    sign(desk, image)
    image.refresh_from_db()
    assert image.is_signed


def test_largest_detector_comes_in_and_nothing_larger():
    check_size(6_400, 5_000)
    with pytest.raises(FileRefused, match="32 million in all"):
        check_size(6_401, 5_000)


def test_real_case_is_for_no_test_set(desk):
    """Their cases are drawn from recipes, so that each edition is like the others."""
    refused = desk.post("/studio/studies/incoming/", {**CASE, "purpose": "test-set"})
    assert "test-set is not one of the available choices" in text(refused)
    assert not Study.objects.exists()


def test_same_image_comes_in_once(desk, draft, tmp_path, media):
    path = save_dicom(tmp_path / "x.dcm")
    send(desk, draft, path)
    before = stored(media)
    assert "This image is here already." in text(send(desk, draft, path))
    assert stored(media) == before


def test_second_image_of_a_view_asks_which_it_is(desk, draft, tmp_path):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    send(desk, draft, save_dicom(tmp_path / "x.dcm", draw_breast(top=3000)))
    first, second = IncomingImage.objects.all()
    assert (second.side, second.projection) == ("", "")
    assert "Say which view it is" in text(sign(desk, second))
    address = f"/studio/studies/incoming/images/{second.pk}/"
    named = {"side": "L", "projection": "CC", "mm_per_pixel": "0.5"}
    assert "is this view already" in text(desk.post(address, named, follow=True))
    assert desk.post(address, {**named, "mm_per_pixel": "0"}).status_code == 422
    desk.post(address, {**named, "projection": "MLO", "is_scale_approximate": "on"})
    second.refresh_from_db()
    assert (second.label, second.is_scale_approximate) == ("L MLO", True)
    sign(desk, second)
    assert View.objects.get(key="lmlo").is_scale_approximate
    sign(desk, first)
    assert View.objects.count() == 2


def test_signed_image_is_not_changed_and_is_signed_once(desk, author, draft, tmp_path):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    image = IncomingImage.objects.get()
    sign(desk, image)
    assert "signed already" in text(sign(desk, image))
    named = {"side": "R", "projection": "CC", "mm_per_pixel": "0.5"}
    assert "signed already" in text(desk.post(f"/studio/studies/incoming/images/{image.pk}/", named, follow=True))
    image.refresh_from_db()
    assert (image.side, View.objects.get().side) == ("L", "L")


def test_discarding_removes_rows_files_and_tiles(desk, draft, tmp_path, media, django_capture_on_commit_callbacks):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    send(desk, draft, save_dicom(tmp_path / "x.dcm", draw_breast(top=3000), ViewPosition="MLO"))
    first, second = IncomingImage.objects.all()
    sign(desk, first)
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(f"/studio/studies/incoming/images/{first.pk}/discard/", follow=True)
    assert "The image is discarded." in text(page)
    assert set(stored(media)) == {second.original.name, second.preview.name}
    assert not View.objects.exists()
    sign(desk, second)
    address = f"/studio/studies/incoming/{draft.pk}/discard/"
    assert "the signed ones, too" in text(desk.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address)
    assert stored(media) == {}
    assert not Study.objects.exists()
    assert ModelLogEntry.objects.filter(action="imaging.discard_study", deleted=True).exists()


def test_tiles_of_another_case_are_not_taken_away(desk, author, draft, tmp_path, django_capture_on_commit_callbacks):
    other = services.draft_study(**CASE, by=author)
    for study in (draft, other):
        send(desk, study, save_dicom(tmp_path / "x.dcm"))
    first, second = IncomingImage.objects.all()
    sign(desk, first)
    sign(desk, second)
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_image(image=first, by=author)
    assert default_storage.exists(f"{View.objects.get().tiles}/fit.webp")


def test_finished_case_takes_no_more(desk, author, draft, tmp_path, media):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    image = IncomingImage.objects.get()
    with pytest.raises(SigningRefused):
        services.finish_study(study=draft, by=author)
    sign(desk, image)
    services.finish_study(study=draft, by=author)
    before = stored(media)
    for act in (
        lambda: services.take_image(study=draft, path=save_dicom(tmp_path / "y.dcm", draw_breast(top=2000)), by=author),
        lambda: services.discard_image(image=image, by=author),
        lambda: services.discard_study(study=draft, by=author),
        lambda: services.finish_study(study=draft, by=author),
    ):
        with pytest.raises(SigningRefused, match="This case is finished"):
            act()
    assert stored(media) == before
    assert desk.get(f"/studio/studies/incoming/{draft.pk}/").status_code == 404
    assert desk.get(f"/studio/studies/incoming/images/{image.pk}/preview.webp").status_code == 404


def test_failing_storage_leaves_no_row_and_no_file(author, draft, tmp_path, media, monkeypatch):
    image = services.take_image(study=draft, path=save_dicom(tmp_path / "x.dcm"), by=author)
    before = stored(media)

    def fail(*args, **fields):
        raise OSError("The disk is full")

    monkeypatch.setattr(services, "_add_view", fail)
    with pytest.raises(OSError, match="disk"):
        services.sign_image(image=image, name="Ada", by=author)
    monkeypatch.setattr(IncomingImage.objects, "create", fail)
    with pytest.raises(OSError, match="disk"):
        services.take_image(study=draft, path=save_dicom(tmp_path / "y.dcm", draw_breast(top=2000)), by=author)
    assert {name for name in stored(media) if not name.startswith("tiles")} == set(before)
    assert not View.objects.exists()
    assert [name for name in stored(media) if name.startswith("tiles")] == []


def test_original_is_served_by_no_address(desk, admin, client_for, draft, tmp_path):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    image = IncomingImage.objects.get()
    for name in (image.original.name, image.preview.name):
        assert desk.get(f"/studio/media/{name}").status_code == 404
        assert desk.get(f"/{name}").status_code == 404


def test_database_refuses_a_signature_without_a_name_or_a_view(desk, draft, tmp_path):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    images = IncomingImage.objects.all()
    for fields in ({"signed_by": "Ada"}, {"signed_at": draft.created_at}, {"mm_per_pixel": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            images.update(**fields)


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_case_asks_the_same_few_questions(desk, draft, tmp_path, count, django_assert_num_queries):
    for number in range(count):
        send(desk, draft, save_dicom(tmp_path / "x.dcm", draw_breast(top=2000 + number)))
    desk.get(f"/studio/studies/incoming/{draft.pk}/")
    with django_assert_num_queries(11):
        desk.get(f"/studio/studies/incoming/{draft.pk}/")


@pytest.mark.parametrize("who", [None, "learner"])
def test_nobody_else_comes_near(request, client_for, desk, draft, tmp_path, who, media):
    send(desk, draft, save_dicom(tmp_path / "x.dcm"))
    image = IncomingImage.objects.get()
    client = client_for(request.getfixturevalue(who) if who else None)
    before = stored(media)
    for address in (
        "", f"{draft.pk}/", f"{draft.pk}/upload/", f"{draft.pk}/finish/", f"{draft.pk}/discard/", f"images/{image.pk}/",
        f"images/{image.pk}/preview.webp", f"images/{image.pk}/sign/", f"images/{image.pk}/discard/",
    ):  # fmt: skip
        assert client.get(f"/studio/studies/incoming/{address}").status_code == 302
        assert client.post(f"/studio/studies/incoming/{address}", SIGNED).status_code == 302
    assert stored(media) == before
    assert (Study.objects.get().status, IncomingImage.objects.get().is_signed) == ("draft", False)
