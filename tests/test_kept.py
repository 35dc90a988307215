"""What is put back is what was written."""

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.images import get_image_model

from courses.models import Course
from tests import kept
from tests.course_fixtures import write_chest_film

Rows = dict[str, list[dict[str, object]]]


class TakenBackError(Exception):
    pass


def read_all_rows() -> Rows:
    """Every column of every table; of what sets itself anew with each writing, that it is there."""
    found = {}
    for table in apps.get_models(include_auto_created=True):
        rows = list(table._base_manager.order_by("pk").values())
        for field in table._meta.concrete_fields:
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                rows = [row | {field.attname: row[field.attname] is not None} for row in rows]
            elif (
                field.name == "title_norm"
            ):  # of the index of the studio, from the lengths of all titles that stand in it
                rows = [row | {field.attname: None} for row in rows]
        found[table._meta.db_table] = rows
    return found


@pytest.fixture
def begin(write_course, keep_image, monkeypatch):
    """Calls for the course, and counts how often it is written."""
    monkeypatch.setattr(kept, "copies", {})
    written = []

    def write():
        written.append(True)
        write_chest_film(write_course, keep_image)

    def begin_once() -> int:
        kept.begin_with("chest-film", write)
        return len(written)

    return begin_once


def test_every_row_and_file_is_put_back(begin, media):
    with pytest.raises(TakenBackError), transaction.atomic():
        assert begin() == 1
        written = read_all_rows()
        files = {path.relative_to(media): path.read_bytes() for path in media.rglob("*.svg")}
        raise TakenBackError
    for path in files:
        default_storage.delete(str(path))
    assert read_all_rows() != written
    assert begin() == 1
    assert read_all_rows() == written
    assert {path.relative_to(media): path.read_bytes() for path in media.rglob("*.svg")} == files
    assert len(files) == 2


def test_what_begins_otherwise_is_written(begin, keep_image):
    with pytest.raises(TakenBackError), transaction.atomic():
        begin()
        raise TakenBackError
    keep_image("before.svg", 80)
    assert begin() == 2
    assert (Course.objects.count(), get_image_model().objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_written_and_not_copied(begin):
    assert begin() == 1
    assert kept.copies == {}
