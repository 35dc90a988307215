"""A PNG into a picture, or a refusal."""

from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from imaging.incoming.dicom import check_size
from imaging.incoming.errors import FileRefused
from imaging.incoming.pictures import Picture, Stored

WIDE = ("I;16", "I;16B", "I")


def read_png(path: Path) -> Picture:
    """Gray of 8 or 16 bits; color, a palette or transparency only where every pixel is a solid gray.

    Raises FileRefused. Only the head is read before the size is checked.
    """
    try:
        with Image.open(path, formats=["PNG"]) as image:
            check_size(image.height, image.width)
            if image.mode not in ("L", "LA", "P", "RGB", "RGBA", *WIDE):
                raise FileRefused(_("Its pixels are black or white only, which is no mammogram."))
            image.load()
            stored = _to_gray(image)
    except FileRefused:
        raise
    except UnidentifiedImageError as error:
        raise FileRefused(_("This is no PNG file.")) from error
    except Exception as error:
        raise FileRefused(_("The file is damaged or cut off: it cannot be read to its end.")) from error
    if stored.min() == stored.max():
        raise FileRefused(_("Every pixel is the same: there is no image."))
    return Picture(stored=stored, bits=8 if stored.dtype == np.uint8 else 16)


def _to_gray(image: Image.Image) -> Stored:
    """Channel by channel: all at once would be four times the image, and several copies of it."""
    if image.mode in WIDE:
        return np.asarray(image).astype(np.uint16, copy=False)
    if image.mode == "L" and "transparency" not in image.info:
        return np.asarray(image)
    is_plain = image.mode in ("RGB", "RGBA") and "transparency" not in image.info
    channels = image if is_plain else image.convert("RGBA")
    if channels.mode == "RGBA" and channels.getchannel("A").getextrema() != (255, 255):
        raise FileRefused(_("It is transparent in places. Save it without transparency."))
    gray = np.asarray(channels.getchannel(0))
    if any((np.asarray(channels.getchannel(number)) != gray).any() for number in (1, 2)):
        raise FileRefused(_("It is in color, and a mammogram is gray."))
    return gray
