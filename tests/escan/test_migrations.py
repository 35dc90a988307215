"""What docs/operating.md promises of an upgrade: the release before goes on writing to the tables of the new one."""

import pytest
from django.db import connection
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED, Field

from imaging.studies.models import Study, StudyPurpose

LAST_BEFORE = {"accounts": 6, "cme": 4, "courses": 19, "imaging": 1, "payments": 3}
"""Older migrations stay as they were run."""
OURS = {"accounts", "cme", "core", "courses", "escan", "guides", "imaging", "payments"}


def may_be_left_out(field: Field) -> bool:
    return field.many_to_many or field.null or field.db_default is not NOT_PROVIDED


def list_new_columns() -> list[tuple[str, Field]]:
    """Of tables that the release before knows: a table that comes with its migration is nobody's yet."""
    found = []
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app not in OURS or int(name[:4]) <= LAST_BEFORE.get(app, 0):
            continue
        made = {step.name.lower() for step in migration.operations if isinstance(step, CreateModel)}
        found += [
            (f"{app}.{name}: {step.model_name}.{step.name}", step.field)
            for step in migration.operations
            if isinstance(step, AddField) and step.model_name.lower() not in made
        ]
    return found


def test_new_columns_may_be_left_out_by_the_release_before():
    columns = list_new_columns()

    assert "courses.0022_fresh_pictures: question.fresh_pictures" in [name for name, _ in columns]
    assert [name for name, field in columns if not may_be_left_out(field)] == []


@pytest.mark.django_db
def test_database_fills_what_the_release_before_does_not_write():
    """The fields of a study as they were before, written without the models."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO imaging_study (source, seed, recipe, status, is_open, error, starts, created_at,"
            " withdrawn_because)"
            " VALUES ('synthetic', 1, '{}', 'waiting', false, '', 0, '2026-11-01 00:00:00+00:00', '')"
        )
    study = Study.objects.get()
    assert (study.purpose, study.licence, study.attribution, study.proof) == (StudyPurpose.PRACTICE, "", "", "")
