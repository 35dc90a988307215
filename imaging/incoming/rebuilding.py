"""A picture as a new DICOM file: what may be kept of the old one, and fresh identifiers. Nothing is scrubbed: what is
not written cannot have been forgotten (PS3.15 annex E names the options).
"""

from io import BytesIO

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from imaging.incoming.pictures import Picture, Window

SYNTHETIC = "Synthetic image for teaching, made by a program. Not a patient."
METHOD = "Rebuilt from an allow-list; air blanked"
PROFILES = [
    ("113100", "Basic Application Confidentiality Profile"),
    ("113101", "Clean Pixel Data Option"),
]
BREAST = ("76752008", "SCT", "Breast")
PROJECTIONS = {
    "CC": ("399162004", "SCT", "cranio-caudal"),
    "MLO": ("399368009", "SCT", "medio-lateral oblique"),
}


def rebuild(picture: Picture) -> bytes:
    """Explicit VR, little endian, not compressed."""
    dataset = Dataset()
    _identify(dataset)
    _tell_deidentified(dataset)
    for name, value in picture.known.items():
        setattr(dataset, name, value)
    _describe(dataset, picture)
    _add_pixels(dataset, picture)
    return write(dataset)


def write_synthetic(picture: Picture, *, study: str, number: int) -> bytes:
    """A view that the generator made, and that says so. `study` is the identifier that its views share (`make_uid`)."""
    dataset = Dataset()
    _identify(dataset)
    dataset.StudyInstanceUID = study
    dataset.InstanceNumber = dataset.SeriesNumber = number
    dataset.SyntheticData = "YES"
    dataset.Manufacturer = "eScan Academy"
    dataset.PatientID, dataset.PatientName = "SYNTHETIC", "Synthetic^Mammogram"
    dataset.StudyDescription = dataset.ImageComments = SYNTHETIC
    dataset.BurnedInAnnotation = "NO"
    _describe(dataset, picture)
    _add_pixels(dataset, picture)
    return write(dataset)


def make_uid() -> str:
    """Made of chance alone: nobody learns the seed from it."""
    return str(generate_uid(prefix=None))


def write(dataset: Dataset) -> bytes:
    """With a head of its own."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    written = BytesIO()
    dataset.save_as(written, enforce_file_format=True)
    return written.getvalue()


def _identify(dataset: Dataset) -> None:
    """Random identifiers, and nobody. What the standard wants filled is empty where it may be."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    for name in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(dataset, name, make_uid())
    for name in (
        "StudyDate", "StudyTime", "ContentDate", "ContentTime", "AccessionNumber", "ReferringPhysicianName", "StudyID",
        "PatientBirthDate", "Manufacturer", "PatientName",
    ):  # fmt: skip
        setattr(dataset, name, "")
    dataset.PatientID = dataset.SOPInstanceUID[-16:]
    dataset.SeriesNumber = dataset.InstanceNumber = 1


def _tell_deidentified(dataset: Dataset) -> None:
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.DeidentificationMethodCodeSequence = [make_code(value, "DCM", meaning) for value, meaning in PROFILES]


def make_code(value: str, scheme: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code


def _describe(dataset: Dataset, picture: Picture) -> None:
    dataset.Modality = "MG"
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImageType = ["DERIVED", "PRIMARY"]
    dataset.BodyPartExamined = dataset.OrganExposed = "BREAST"
    dataset.AnatomicRegionSequence = [make_code(*BREAST)]
    dataset.ImageLaterality = picture.side
    if picture.projection:
        dataset.ViewPosition = picture.projection
        view = make_code(*PROJECTIONS[picture.projection])
        view.ViewModifierCodeSequence = []
        dataset.ViewCodeSequence = [view]
    dataset.AcquisitionContextSequence = []
    if picture.mm_per_pixel:
        dataset.PixelSpacing = [f"{picture.mm_per_pixel:.6g}"] * 2


def _add_pixels(dataset: Dataset, picture: Picture) -> None:
    is_signed = picture.stored.dtype.kind == "i"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if picture.window.is_inverted else "MONOCHROME2"
    dataset.PresentationLUTShape = "INVERSE" if picture.window.is_inverted else "IDENTITY"
    dataset.Rows, dataset.Columns = picture.stored.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored, dataset.HighBit = picture.bits, picture.bits - 1
    dataset.PixelRepresentation = int(is_signed)
    _add_window(dataset, picture.window)
    # What is negative goes in as its complement of two.
    dataset.PixelData = (picture.stored.astype("<u2") & np.uint16((1 << picture.bits) - 1)).tobytes()
    dataset["PixelData"].VR = "OW"


def _add_window(dataset: Dataset, window: Window) -> None:
    dataset.RescaleSlope, dataset.RescaleIntercept = f"{window.slope:.10g}", f"{window.intercept:.10g}"
    dataset.RescaleType = "US"
    if window.table is not None:
        item = Dataset()
        item.add_new(
            "LUTDescriptor", "US", [len(window.table) % (1 << 16), window.table_from % (1 << 16), window.table_bits]
        )
        item.add_new("LUTData", "OW", np.asarray(window.table, dtype="<u2").tobytes())
        dataset.VOILUTSequence = [item]
    elif window.center is not None and window.width is not None:
        dataset.WindowCenter, dataset.WindowWidth = f"{window.center:.10g}", f"{window.width:.10g}"
        dataset.VOILUTFunction = "SIGMOID" if window.is_sigmoid else "LINEAR_EXACT" if window.is_exact else "LINEAR"
