"""Files as they come in, small: mammograms of DICOM and PNG, and an archive laid out as CBIS-DDSM is."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

ROWS, COLUMNS = 160, 120


def draw_breast(*, rows: int = ROWS, columns: int = COLUMNS, side: str = "L", top: int = 4095) -> np.ndarray:
    """Half an ellipse at the chest wall that gets brighter toward it; black air."""
    across, down = np.meshgrid(np.arange(columns), np.arange(rows))
    distance = (across / (0.7 * columns)) ** 2 + ((down - rows / 2) / (0.4 * rows)) ** 2
    rng = np.random.default_rng(3)
    grays = np.where(distance < 1, (0.9 - 0.6 * distance) * top + rng.integers(0, top // 50 + 1, distance.shape), 0)
    pixels = np.clip(grays, 0, top).astype(np.uint16)
    return pixels if side == "L" else pixels[:, ::-1]


def make_dataset(pixels: np.ndarray | None = None, *, bits: int = 12, **fields: Any) -> Dataset:
    """A mammogram for presentation; a field that is None is left out."""
    pixels = draw_breast() if pixels is None else pixels
    dataset = Dataset()
    values: dict[str, Any] = {
        "SOPClassUID": SecondaryCaptureImageStorage,
        "SOPInstanceUID": generate_uid(),
        "StudyInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(),
        "Modality": "MG",
        "PresentationIntentType": "FOR PRESENTATION",
        "ImageLaterality": "L",
        "ViewPosition": "CC",
        "ImagerPixelSpacing": [0.5, 0.5],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": 8 if bits == 8 else 16,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
    }
    for name, value in {**values, **fields}.items():
        if value is not None:
            setattr(dataset, name, value)
    if "PixelData" not in dataset:
        data = pixels.astype("u1" if bits == 8 else "<u2").tobytes()
        dataset.add_new("PixelData", "OW", data + b"\0" * (len(data) % 2))
    return dataset


def save(dataset: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta = meta
    dcmwrite(path, dataset, enforce_file_format=True)
    return path


def save_dicom(path: Path, pixels: np.ndarray | None = None, **fields: Any) -> Path:
    return save(make_dataset(pixels, **fields), path)


HEADER = [
    "patient_id", "breast density", "left or right breast", "image view", "abnormality id", "abnormality type",
    "calc type", "calc distribution", "assessment", "pathology", "subtlety", "image file path",
    "cropped image file path", "ROI mask file path",
]  # fmt: skip


@dataclass
class Archive:
    """A folder as the archive's program leaves it, with its tables."""

    folder: Path
    rows: list[list[str]] = field(default_factory=list)

    def add(self, patient: str, side: str = "LEFT", view: str = "CC", number: int = 1, **words: Any) -> None:
        """One abnormality in one image. `edit` may change what lies in the folder afterwards."""
        edit: Callable[[dict[str, Path]], None] | None = words.pop("edit", None)
        is_classic = words.pop("is_classic", False)
        is_swapped = words.pop("is_swapped", False)
        scale = words.pop("mask_scale", 1.0)
        place = words.pop("place", (60, 80, 30, 50))
        image = f"Calc-Training_{patient}_{side}_{view}"
        paths = self._write(
            image, f"{image}_{number}", side, place, scale, is_classic=is_classic, is_swapped=is_swapped
        )
        if edit:
            edit(paths)
        self.rows.append(self._tell(patient, side, view, number, image, words))
        self._write_table()

    def _write(
        self,
        image: str,
        mask: str,
        side: str,
        place: tuple[int, ...],
        scale: float,
        *,
        is_classic: bool,
        is_swapped: bool,
    ) -> dict[str, Path]:
        top, bottom, left, right = place
        pixels = draw_breast(side="L" if side == "LEFT" else "R", top=65535)
        drawn = np.zeros((round(ROWS * scale), round(COLUMNS * scale)), dtype=np.uint8)
        drawn[round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)] = 255
        uids = [generate_uid() for _ in range(4)]
        if is_classic:
            whole = self.folder / "CBIS-DDSM" / image / uids[0] / uids[1] / "000000.dcm"
            beside = self.folder / "CBIS-DDSM" / mask / uids[2] / uids[3]
            names = ["000000.dcm", "000001.dcm"]
        else:
            whole = (
                self.folder
                / "CBIS-DDSM"
                / image
                / "08-07-2016-DDSM-NA-23157"
                / "1.000000-full mammogram images-38548"
                / "1-1.dcm"
            )
            beside = self.folder / "CBIS-DDSM" / mask / "08-30-2017-DDSM-NA-09081" / "1.000000-ROI mask images-94682"
            names = ["1-1.dcm", "1-2.dcm"]
        crop = pixels[top:bottom, left:right]
        crop = np.pad(crop, ((0, max(0, 40 - crop.shape[0])), (0, max(0, 40 - crop.shape[1]))))
        kept = {
            "ImageLaterality": None,
            "ViewPosition": None,
            "ImagerPixelSpacing": None,
            "PresentationIntentType": None,
        }
        names = names[::-1] if is_swapped else names
        return {
            "image": save_dicom(whole, pixels, bits=16, **kept) if not whole.parent.exists() and not list(
                (self.folder / "CBIS-DDSM" / image).rglob("*.dcm")
            ) else whole,
            "mask": save_dicom(beside / names[0], drawn, bits=8, **kept),
            "crop": save_dicom(beside / names[1], crop, bits=16, **kept),
        }  # fmt: skip

    def _tell(self, patient: str, side: str, view: str, number: int, image: str, words: dict[str, Any]) -> list[str]:
        uid = "1.3.6.1.4.1.9590.100.1.2.1234"
        said = {
            "calc type": "PLEOMORPHIC", "calc distribution": "CLUSTERED", "assessment": "4", "pathology": "MALIGNANT",
            **{name.replace("_", " "): value for name, value in words.items()},
        }  # fmt: skip
        return [
            patient, "3", side, view, str(number), "calcification", said["calc type"], said["calc distribution"],
            said["assessment"], said["pathology"], "4", f"{image}/{uid}/{uid}/000000.dcm",
            f"{image}_{number}/{uid}/{uid}/000001.dcm\n", f"{image}_{number}/{uid}/{uid}/000000.dcm\n",
        ]  # fmt: skip

    def _write_table(self, name: str = "calc_case_description_train_set.csv") -> None:
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([HEADER, *self.rows])
        (self.folder / name).write_text(text.getvalue())
