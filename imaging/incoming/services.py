"""Images of a real case, from an upload to what readers see. Nothing is shown to anybody before a person has signed.

Rows are locked in this order: the study, its images. Files come first, so that no row names one that is not there; a
file whose row did not come to be is removed.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore
from typing import Any

import numpy as np
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from PIL import Image
from wagtail.log_actions import log

from accounts.models import User
from imaging.incoming.blanking import blank_air
from imaging.incoming.dicom import read_dicom
from imaging.incoming.errors import FileRefused, SigningRefused, TooBusy
from imaging.incoming.models import IncomingImage, name_original, name_preview
from imaging.incoming.pictures import Picture, show
from imaging.incoming.png import read_png
from imaging.incoming.rebuilding import rebuild
from imaging.studies.models import Study, StudySource, StudyStatus, View
from imaging.studies.outlines import find_outline
from imaging.studies.pyramids import BITS, QUALITY, Pixels, name_folder, remove_pyramid, store_pyramid

MOST_IMAGES = 12
"""Of a study."""
AT_WORK = BoundedSemaphore()
"""Of this process."""
LONGEST_WAIT = timedelta(seconds=20)
"""For the image of a colleague; less than the proxy waits."""
PNG = b"\x89PNG\r\n"


@transaction.atomic
def draft_study(*, licence: str, attribution: str, proof: str, purpose: str, by: User) -> Study:
    """A case without images yet. Nobody reads it before it is finished."""
    study = Study.objects.create(
        source=StudySource.REAL,
        status=StudyStatus.DRAFT,
        licence=licence,
        attribution=attribution,
        proof=proof,
        purpose=purpose,
    )
    log(study, "imaging.draft_study", user=by)
    return study


def _hold(study_id: int) -> Study:
    """Raises SigningRefused once the study is finished."""
    study = Study.objects.select_for_update(of=("self",)).get(pk=study_id)
    if study.status != StudyStatus.DRAFT:
        raise SigningRefused(_("This case is finished: its images stay as they are. It can be withdrawn."))
    return study


# --- Images come in -----------------------------------------------------------------------------------


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """An image takes some hundred MB while it is worked on, and a process of the web has threads. Raises TooBusy."""
    if not AT_WORK.acquire(timeout=LONGEST_WAIT.total_seconds()):
        raise TooBusy
    try:
        yield
    finally:
        AT_WORK.release()


def take_image(*, study: Study, path: Path, by: User) -> IncomingImage:
    """One mammogram, rebuilt without identifiers and black around the breast. The file itself is not kept.

    Raises FileRefused, SigningRefused and TooBusy; then nothing is left of it.
    """
    with one_at_a_time():
        prepared = _prepare(path)
    with _stored(prepared.original, prepared.preview) as (original, preview), transaction.atomic():
        held = _hold(study.pk)
        if held.incoming.count() >= MOST_IMAGES:
            raise FileRefused(_("A case has at most {most} images.").format(most=MOST_IMAGES))
        if held.incoming.filter(content=prepared.fields["content"]).exists():
            raise FileRefused(_("This image is here already."))
        is_free = not held.incoming.filter(side=prepared.side, projection=prepared.projection).exists()
        image = IncomingImage.objects.create(
            study=held,
            original=original,
            preview=preview,
            side=prepared.side if is_free else "",
            projection=prepared.projection if is_free else "",
            **prepared.fields,
        )
        log(held, "imaging.take_image", user=by, data={"image": image.pk})
    return image


@dataclass(frozen=True)
class Prepared:
    """Of an image all that is kept, without its pixels."""

    original: bytes
    preview: bytes
    side: str
    projection: str
    fields: dict[str, Any]


def _prepare(path: Path) -> Prepared:
    picture = blank_air(read_file(path))
    content = hashlib.sha256(str(picture.stored.shape).encode())
    content.update(np.ascontiguousarray(picture.stored).data)
    rows, columns = picture.stored.shape
    size = {"rows": rows, "columns": columns, "mm_per_pixel": picture.mm_per_pixel}
    original, side, projection = rebuild(picture), picture.side, picture.projection
    grays = (show(picture) >> (BITS - 8)).astype(np.uint8)
    del picture  # its pixels are not needed any more, and writing a WebP takes six bytes for each
    return Prepared(original, draw_preview(grays), side, projection, {"content": content.hexdigest(), **size})


def read_file(path: Path) -> Picture:
    """By what it begins with: a name says nothing. Raises FileRefused."""
    with path.open("rb") as file:
        is_png = file.read(len(PNG)) == PNG
    return read_png(path) if is_png else read_dicom(path)


@contextmanager
def _stored(original: bytes, preview: bytes) -> Iterator[tuple[str, str]]:
    names: list[str] = []
    try:
        for name, data in ((name_original, original), (name_preview, preview)):
            names.append(default_storage.save(name(IncomingImage(), ""), ContentFile(data)))
        yield names[0], names[1]
    except BaseException:
        for each in names:
            default_storage.delete(each)
        raise


def draw_preview(grays: NDArray[np.uint8]) -> bytes:
    """The whole image in full size: what is signed is what readers see."""
    written = BytesIO()
    Image.fromarray(grays).save(written, "WEBP", quality=QUALITY)
    return written.getvalue()


# --- A person looks and signs -------------------------------------------------------------------------


@transaction.atomic
def name_view(
    *, image: IncomingImage, side: str, projection: str, mm_per_pixel: float, is_scale_approximate: bool, by: User
) -> IncomingImage:
    """Which view it is, and how large its pixels are. Raises SigningRefused."""
    study = _hold(image.study_id)
    held = _get(study, image)
    held.side, held.projection = side, projection
    held.mm_per_pixel, held.is_scale_approximate = mm_per_pixel, is_scale_approximate
    try:
        with transaction.atomic():
            held.save(update_fields=["side", "projection", "mm_per_pixel", "is_scale_approximate"])
    except IntegrityError as error:
        raise SigningRefused(_("Another image of this case is this view already.")) from error
    log(study, "imaging.name_view", user=by, data={"image": held.pk, "view": held.label})
    return held


def _get(study: Study, image: IncomingImage) -> IncomingImage:
    """As it is now, not signed. Raises SigningRefused."""
    held = study.incoming.select_for_update(of=("self",)).filter(pk=image.pk).first()
    if held is None:
        raise SigningRefused(_("This image is not there any more."))
    if held.is_signed:
        raise SigningRefused(_("This image is signed already. To change it, discard it and send it again."))
    return held


def sign_image(*, image: IncomingImage, name: str, by: User) -> IncomingImage:
    """Somebody has looked at it: no name or text lies over it, and they may use it. Its tiles are made, some seconds.

    Raises SigningRefused and TooBusy.
    """
    if not image.is_named:
        raise SigningRefused(_("Say which view it is, and how large a pixel is, before you sign."))
    with one_at_a_time():
        return _sign(image, name, by)


def _sign(image: IncomingImage, name: str, by: User) -> IncomingImage:
    pixels = show(_reread(image))
    pyramid = store_pyramid(pixels)
    try:
        with transaction.atomic():
            study = _hold(image.study_id)
            held = _get(study, image)
            held.view = _add_view(study, held, pixels, pyramid.folder, pyramid.levels)
            held.signed_by, held.signed_at = name, timezone.now()
            held.save(update_fields=["view", "signed_by", "signed_at"])
            log(study, "imaging.sign_image", user=by, data={"image": held.pk, "name": name})
    except BaseException:
        _remove_tiles(name_folder(pixels))
        raise
    return held


def _reread(image: IncomingImage) -> Picture:
    with NamedTemporaryFile(dir=settings.WORK_DIR) as work:
        with default_storage.open(str(image.original)) as file:
            work.write(file.read())
        work.flush()
        return read_dicom(Path(work.name))


def _add_view(study: Study, image: IncomingImage, pixels: Pixels, folder: str, levels: int) -> View:
    if not image.mm_per_pixel or not image.is_named:
        raise SigningRefused(_("Say which view it is, and how large a pixel is, before you sign."))
    return View.objects.create(
        study=study,
        key=f"{image.side}{image.projection}".lower(),
        side=image.side,
        projection=image.projection,
        rows=image.rows,
        columns=image.columns,
        mm_per_pixel=image.mm_per_pixel,
        is_scale_approximate=image.is_scale_approximate,
        tiles=folder,
        levels=levels,
        outline=find_outline(pixels),
    )


def _remove_tiles(folder: str) -> None:
    """Unless a view has them: tiles are named by content."""
    if not View.objects.filter(tiles=folder).exists():
        remove_pyramid(folder)


@transaction.atomic
def finish_study(*, study: Study, by: User) -> None:
    """Every image is signed: it can be read as soon as it has a truth. Raises SigningRefused."""
    held = _hold(study.pk)
    images = list(held.incoming.all())
    if not images or not all(image.is_signed for image in images):
        raise SigningRefused(_("Each image must be signed, and there must be one at least."))
    held.status, held.made_at = StudyStatus.READY, timezone.now()
    held.save(update_fields=["status", "made_at"])
    log(held, "imaging.finish_study", user=by, data={"images": len(images)})


# --- Undoing ------------------------------------------------------------------------------------------


@transaction.atomic
def discard_image(*, image: IncomingImage, by: User) -> None:
    """With its files, and its tiles where it was signed; until the case is finished. Raises SigningRefused."""
    study = _hold(image.study_id)
    for each in study.incoming.select_related("view").filter(pk=image.pk):
        _discard(each)
        log(study, "imaging.discard_image", user=by, data={"image": image.pk})


@transaction.atomic
def discard_study(*, study: Study, by: User) -> None:
    """With all of its images, until it is finished. Raises SigningRefused."""
    held = _hold(study.pk)
    for image in held.incoming.select_related("view"):
        _discard(image)
    log(held, "imaging.discard_study", user=by, deleted=True)
    held.delete()


def _discard(image: IncomingImage) -> None:
    """Rows now, files once that stands."""
    names, view = (str(image.original), str(image.preview)), image.view
    image.delete()
    if view is not None:
        view.delete()
    transaction.on_commit(lambda: _remove_files(names, view.tiles if view else ""))


def _remove_files(names: tuple[str, ...], tiles: str) -> None:
    for name in names:
        default_storage.delete(name)
    if tiles:
        _remove_tiles(tiles)
