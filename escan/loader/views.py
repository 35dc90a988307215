"""Views that content/ ships as pictures, with their outlines: pictures/<key>.webp and <key>.json of a course.

The command that makes them from pictures.yaml is `make_pictures`.
"""

import hashlib
from pathlib import Path

from courses.writing.services import keep_image
from imaging.pictures.specs import FOLDER


def keep_picture(course: Path, key: str) -> int:
    """Kept under a name that says nothing of what it shows."""
    path = course / FOLDER / f"{key}.webp"
    name = hashlib.sha256(f"{course.name}/{path.name}".encode()).hexdigest()[:16]
    return keep_image(title=f"{course.name}/{path.name}", path=path, name=f"{name}.webp")
