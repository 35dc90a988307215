"""The files of a case, wherever the archive's program has put them: below the folder that a table names first.

Two layouts are in use, <folder>/<study uid>/<series uid>/000000.dcm and <folder>/<date and name>/<series name>/1-1.dcm.
Which of a mask's two files is the mask is told by its pixels, for tables and names often have them exchanged.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from imaging.incoming.dicom import read_dicom
from imaging.incoming.errors import FileRefused
from imaging.incoming.pictures import Picture

SAME_SHAPE = 0.01
"""Some masks are a little larger or smaller than their image; the ratio of their sides agrees within this, or they are
of another image."""
ARCHIVE = "CBIS-DDSM"
MOST_OF_A_FILM = 45_000_000
"""Pixels: 24 by 30 cm at 0.042 mm are 41 million. A command reads them, beside which no reader is served."""


@dataclass(frozen=True)
class Outlined:
    polygon: list[list[float]]
    """Corners around all of the mask, in pixels of the image."""
    across: float
    """Pixels between the corners that are farthest apart."""


def find_image(folder: Path, name: str) -> Picture:
    """Raises FileRefused."""
    files = _list_files(folder, name)
    if len(files) != 1:
        raise FileRefused(_("{name} has {count} images, and should have one.").format(name=name, count=len(files)))
    return read_dicom(files[0], most=MOST_OF_A_FILM)


def find_mask(folder: Path, name: str, image: Picture) -> Outlined:
    """Raises FileRefused."""
    refusals = []
    for file in _list_files(folder, name):
        try:
            candidate = read_dicom(file, most=MOST_OF_A_FILM).stored
        except FileRefused as refusal:
            refusals.append(f"{file.name}: {refusal}")
            continue
        if _is_mask(candidate, image):
            return outline(candidate > candidate.min(), image.stored.shape)
    told = _("{name} has no mask of the size of its image.").format(name=name)
    raise FileRefused(" ".join([told, *refusals]))


def _list_files(folder: Path, name: str) -> list[Path]:
    """The largest first: a mask is as large as its image, a crop is not. Raises FileRefused."""
    places = [each for each in (folder / ARCHIVE / name, folder / name) if each.is_dir()]
    files = sorted(places[0].rglob("*.dcm"), key=lambda file: (-file.stat().st_size, file.name)) if places else []
    if not files:
        raise FileRefused(_("The files of {name} are not there.").format(name=name))
    return files


def _is_mask(candidate: NDArray[np.generic], image: Picture) -> bool:
    rows, columns = candidate.shape
    is_black_or_white = bool(((candidate == candidate.min()) | (candidate == candidate.max())).all())
    ratio = (rows / columns) / (image.stored.shape[0] / image.stored.shape[1])
    scale = rows / image.stored.shape[0]
    return is_black_or_white and abs(ratio - 1) <= SAME_SHAPE and 0.5 < scale < 2


def outline(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> Outlined:
    """Around the mask, in pixels of an image of this shape."""
    rows, columns = np.nonzero(mask)
    corners = np.c_[columns, rows].astype(float)
    whole = np.concatenate([corners + step for step in ([-0.5, -0.5], [0.5, 0.5], [0.5, -0.5], [-0.5, 0.5])])
    try:
        hull = whole[ConvexHull(whole).vertices]
    except QhullError as error:
        raise FileRefused(_("The mask has no area.")) from error
    hull *= [shape[1] / mask.shape[1], shape[0] / mask.shape[0]]
    hull = np.clip(hull, 0, [shape[1] - 1, shape[0] - 1])
    across = float(np.sqrt(((hull[:, None] - hull[None]) ** 2).sum(-1)).max())
    return Outlined(hull.round(1).tolist(), across)
