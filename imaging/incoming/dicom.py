"""A DICOM file into a picture, or a refusal. What a file declares is checked before anything is read or laid out.

With imaging.incoming.rebuilding, the only modules that know pydicom.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.encaps import generate_frames
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
)

from imaging.incoming.attributes import KEPT
from imaging.incoming.errors import FileRefused
from imaging.incoming.pictures import LEAST_SIDE, MOST_PIXELS, MOST_SIDE, Picture, Stored, Window
from imaging.studies.models import SCREENING

UNCOMPRESSED = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
JPEG_2000 = (JPEG2000Lossless, JPEG2000)
T = TypeVar("T")
SIDES = {"L", "R"}
PROJECTIONS = {str(each.value) for each in SCREENING}
"""Of a file that names another one, a person says which of these it is, or discards it."""
READ = [
    "Modality", "NumberOfFrames", "PresentationIntentType", "SamplesPerPixel", "PhotometricInterpretation", "Rows",
    "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "RescaleSlope", "RescaleIntercept",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence", "ImageLaterality", "Laterality", "ViewPosition",
    "PixelSpacing", "ImagerPixelSpacing", "EstimatedRadiographicMagnificationFactor", "PixelData", *KEPT,
]  # fmt: skip
"""Nothing else of a file is even looked at."""


def read_dicom(path: Path, *, most: int = MOST_PIXELS) -> Picture:
    """Raises FileRefused, also where there are more pixels than `most`."""
    _check_syntax(path)
    dataset = _guard(lambda: dcmread(path, specific_tags=READ))
    return _guard(lambda: _make_picture(dataset, most))


def _guard(read: Callable[[], T]) -> T:
    """A broken file fails in as many ways as it can be broken; each is one refusal."""
    try:
        return read()
    except FileRefused:
        raise
    except (Exception, RecursionError) as error:
        raise FileRefused(_("The file is damaged or cut off: it cannot be read to its end.")) from error


def _check_syntax(path: Path) -> None:
    try:
        syntax = read_file_meta_info(path).TransferSyntaxUID
    except InvalidDicomError as error:
        raise FileRefused(_("This is no DICOM file.")) from error
    except Exception as error:
        raise FileRefused(_("The head of the file is damaged: it does not say how the rest is written.")) from error
    if syntax not in (*UNCOMPRESSED, *JPEG_2000):
        told = _(
            "Its pixels are written as “{syntax}”, which is not read here. Convert it without loss first (dcmdjpeg of "
            "dcmtk, or gdcmconv --raw)."
        )
        raise FileRefused(told.format(syntax=UID(syntax).name[:60]))


def _make_picture(dataset: Dataset, most: int) -> Picture:
    _check_kind(dataset)
    rows, columns = _check_size(dataset, most)
    stored = _read_pixels(dataset, rows, columns)
    if stored.min() == stored.max():
        raise FileRefused(_("Every pixel is the same: there is no image."))
    return Picture(
        stored=stored,
        bits=int(dataset.BitsStored),
        window=_read_window(dataset),
        mm_per_pixel=_read_scale(dataset),
        side=_one_of(dataset, SIDES, "ImageLaterality", "Laterality"),
        projection=_one_of(dataset, PROJECTIONS, "ViewPosition"),
        known={name: value for name, check in KEPT.items() if (value := check(dataset.get(name))) is not None},
    )


def _check_kind(dataset: Dataset) -> None:
    modality = str(dataset.get("Modality", ""))
    if modality != "MG":
        raise FileRefused(
            _("Its modality is “{modality}”, and only mammograms (MG) come in.").format(modality=modality[:16])
        )
    if int(dataset.get("NumberOfFrames") or 1) != 1:
        raise FileRefused(_("It has several frames (tomosynthesis or cine); only single images come in."))
    if str(dataset.get("PresentationIntentType", "")).strip() == "FOR PROCESSING":
        raise FileRefused(_("It is the raw image “for processing”; send the one “for presentation”."))
    if int(dataset.SamplesPerPixel) != 1 or dataset.PhotometricInterpretation not in ("MONOCHROME1", "MONOCHROME2"):
        raise FileRefused(_("It is no image in gray."))


def _check_size(dataset: Dataset, most: int) -> tuple[int, int]:
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    check_size(rows, columns, most=most)
    allocated, stored = int(dataset.BitsAllocated), int(dataset.BitsStored)
    if allocated not in (8, 16) or not 8 <= stored <= allocated or int(dataset.HighBit) != stored - 1:
        raise FileRefused(_("Its pixels have {stored} of {allocated} bits; 8 to 16 are read.").format(
            stored=stored, allocated=allocated
        ))  # fmt: skip
    return rows, columns


def check_size(rows: int, columns: int, *, most: int = MOST_PIXELS) -> None:
    """Raises FileRefused. What a file declares, before it is believed."""
    if min(rows, columns) < LEAST_SIDE or max(rows, columns) > MOST_SIDE or rows * columns > most:
        told = _(
            "It says that it is {columns} by {rows} pixels; {least} to {side} a side and {most} million in all come in."
        )
        raise FileRefused(
            told.format(columns=columns, rows=rows, least=LEAST_SIDE, side=MOST_SIDE, most=most // 1_000_000)
        )


def _read_pixels(dataset: Dataset, rows: int, columns: int) -> Stored:
    is_signed = int(dataset.PixelRepresentation) == 1
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax in UNCOMPRESSED:
        order = ">" if syntax == ExplicitVRBigEndian else "<"
        return _lay_out(dataset, rows, columns, f"{order}u{int(dataset.BitsAllocated) // 8}", is_signed=is_signed)
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
    with Image.open(BytesIO(frame), formats=["JPEG2000"]) as head:
        if head.size != (columns, rows):
            raise FileRefused(_("Its compressed image has another size than the file says."))
    return np.asarray(dataset.pixel_array)


def _lay_out(dataset: Dataset, rows: int, columns: int, kind: str, *, is_signed: bool) -> Stored:
    """Bits above the stored ones are dropped: old files keep an overlay there, with whatever is written in it."""
    expected = rows * columns * np.dtype(kind).itemsize
    data = dataset.PixelData
    if not expected <= len(data) <= expected + 1:
        raise FileRefused(_("It says another size than it has pixels: the file is cut off, or wrong."))
    bits = int(dataset.BitsStored)
    values = np.frombuffer(data, kind, rows * columns).reshape(rows, columns).astype(np.uint16)
    values &= np.uint16((1 << bits) - 1)
    if not is_signed:
        return values
    half = np.int32(1 << bits - 1)
    return np.asarray((values.astype(np.int32) ^ half) - half, dtype=np.int16)


def _read_window(dataset: Dataset) -> Window:
    known = {
        "slope": _number(dataset.get("RescaleSlope"), 1.0),
        "intercept": _number(dataset.get("RescaleIntercept"), 0.0),
        "is_inverted": dataset.PhotometricInterpretation == "MONOCHROME1",
    }
    if tables := dataset.get("VOILUTSequence"):
        return Window(**known, **_read_table(tables[0], is_signed=int(dataset.PixelRepresentation) == 1))
    center, width = (_number(dataset.get(name), None) for name in ("WindowCenter", "WindowWidth"))
    if center is None or width is None or width < 1:
        return Window(**known)
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip()
    return Window(
        **known, center=center, width=width, is_sigmoid=function == "SIGMOID", is_exact=function == "LINEAR_EXACT"
    )


def _read_table(item: Dataset, *, is_signed: bool) -> Mapping[str, Any]:
    count, first, bits = (int(number) for number in item.LUTDescriptor)
    data = item.LUTData
    values = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.asarray(data, dtype=np.uint16)
    count = count or 1 << 16
    if len(values) != count or not 8 <= bits <= 16:
        raise FileRefused(_("Its table of gray levels is not as long as it says."))
    # A first value is signed where pixels are, however it was written.
    start = first - (1 << 16) if is_signed and first >= 1 << 15 else first
    return {"table": values.astype(np.uint16), "table_from": start, "table_bits": bits}


def _number(value: Any, otherwise: Any) -> Any:
    """The first of several; what is none is refused with the file."""
    if value is None or value == "":
        return otherwise
    first = value[0] if hasattr(value, "__len__") and not isinstance(value, str) else value
    number = float(first)
    if not np.isfinite(number):
        raise FileRefused(_("A number in it is no number."))
    return number


def _read_scale(dataset: Dataset) -> float | None:
    """Millimeters in the breast. On the detector they are larger by the magnification, where the file tells it."""
    spacing = _number(dataset.get("PixelSpacing"), None)
    if spacing is None:
        spacing = _number(dataset.get("ImagerPixelSpacing"), None)
        factor = _number(dataset.get("EstimatedRadiographicMagnificationFactor"), 1.0)
        spacing = spacing / factor if spacing and factor >= 1 else spacing
    return spacing if spacing and 0.01 <= spacing <= 1 else None


def _one_of(dataset: Dataset, allowed: set[str], *names: str) -> str:
    found = (str(dataset.get(name) or "").strip().upper() for name in names)
    return next((value for value in found if value in allowed), "")
