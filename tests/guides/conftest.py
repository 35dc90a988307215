from pathlib import Path

import pytest

from guides.models import Guide
from tests.guides.writing import FILE, load_guide, relate


@pytest.fixture
def root(tmp_path: Path, media, course) -> Path:
    """Of what can be loaded, with the files of the small course's lessons."""
    lessons = tmp_path / "courses" / course.slug / "lessons"
    lessons.mkdir(parents=True)
    for name in ("first-look", "second-look"):
        (lessons / f"{name}.md").touch()
    return tmp_path


@pytest.fixture
def guide(root: Path) -> Guide:
    return load_guide(root, relate(FILE, "chest-film/first-look"))
