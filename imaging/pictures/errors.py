from imaging.errors import ImagingError


class BadPicture(ImagingError):
    """An entry of pictures.yaml that cannot be made; the sentence says which and why."""
