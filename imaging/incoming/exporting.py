"""A synthetic study as DICOM files, for a workstation or a lecture: its screening views, and nothing of its truth."""

from collections.abc import Iterator

from imaging.incoming.pictures import BRIGHTEST, Picture, Window
from imaging.incoming.rebuilding import make_uid, write_synthetic
from imaging.studies.generating import make
from imaging.studies.models import Study
from imaging.studies.pyramids import BITS


class NotExportable(Exception):
    """A real case never leaves the academy."""


def export_study(study: Study) -> Iterator[tuple[str, bytes]]:
    """Each view's file: its name, and what is in it. Made anew, some ten seconds. Raises NotExportable.

    12 bits in gray. No name, number or identifier tells which study of the academy it is.
    """
    if study.is_real or study.recipe is None:
        raise NotExportable
    shared = make_uid()
    views = [view for view in make(study.recipe).views if not view.is_prior]
    for number, view in enumerate(views, 1):
        picture = Picture(
            stored=view.pixels,
            bits=BITS,
            window=Window(center=BRIGHTEST / 2, width=BRIGHTEST, is_exact=True),
            mm_per_pixel=view.mm_per_pixel,
            side=view.side,
            projection=view.projection,
        )
        yield f"{view.side}-{view.projection}.dcm", write_synthetic(picture, study=shared, number=number)
