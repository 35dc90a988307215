"""The one write of a progress report in SQL: it is asked every fifteen seconds by everybody who reads or watches.

PostgreSQL takes all of it as one statement. SQLite, which knows no writing subqueries, takes its parts in one
transaction.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from courses.writing.models import LessonRendering


class ClockWrite(NamedTuple):
    spent_until: datetime
    version: int
    """As it was read: the write happens only while it still is."""


class WatchedWrite(NamedTuple):
    video_id: int
    bits: bytes
    watched: int
    position: int
    batches: str
    started_at: datetime


Statements = list[tuple[str, list[Any]]]

ENROLMENT = """
INSERT INTO courses_enrolment (user_id, course_id, last_lesson_id, enrolled_at, last_seen_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (user_id, course_id) DO UPDATE
SET last_lesson_id = excluded.last_lesson_id, last_seen_at = excluded.last_seen_at"""

PROGRESS = """
INSERT INTO courses_lessonprogress (user_id, lesson_id, revision_id, block, started_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (user_id, lesson_id) DO UPDATE SET block = excluded.block
WHERE courses_lessonprogress.block <> excluded.block"""

CLOCK = """
INSERT INTO courses_watchclock (user_id, spent_until, version) VALUES (%s, %s, %s)
ON CONFLICT (user_id) DO UPDATE SET spent_until = excluded.spent_until, version = excluded.version
WHERE courses_watchclock.version = %s
RETURNING version"""

WATCHED = """
INSERT INTO courses_watchedtime (user_id, video_id, bits, watched, position, batches, started_at, updated_at)
SELECT %s, %s, %s, %s, %s, {json}, {time}, {time} WHERE {condition}
ON CONFLICT (user_id, video_id) DO UPDATE
SET bits = excluded.bits, watched = excluded.watched, position = excluded.position,
    batches = excluded.batches, updated_at = excluded.updated_at"""


def write_progress(
    *,
    user_id: int,
    text: LessonRendering,
    block: str | None,
    now: datetime,
    clock: ClockWrite | None = None,
    watched: WatchedWrite | None = None,
) -> bool:
    """Keep the learner's place, unless `block` is None, and what they watched, where it is given.

    False where the learner's clock is no longer at the version that was read: then nothing of the video was written.
    """
    lesson = text.lesson
    at = connection.ops.adapt_datetimefield_value
    place: Statements = []
    if block is not None:
        place = [
            (ENROLMENT, [user_id, lesson.module.course_id, lesson.pk, at(now), at(now)]),
            (PROGRESS, [user_id, lesson.pk, text.revision_id, block, at(now)]),
        ]
    video: Statements = []
    if clock is not None and watched is not None:
        *values, started_at = watched
        video = [
            (CLOCK, [user_id, at(clock.spent_until), clock.version + 1, clock.version]),
            (WATCHED, [user_id, *values, at(started_at), at(now)]),
        ]
    write = _in_one_statement if connection.vendor == "postgresql" else _in_one_transaction
    return write(place, video)


def _in_one_statement(place: Statements, video: Statements) -> bool:
    names = [*(["enrolled", "placed"] if place else []), *(["clock", "watched"] if video else [])]
    condition = "EXISTS (SELECT FROM clock)"
    parts = [
        f"{name} AS ({sql.format(json='%s::jsonb', time='%s::timestamptz', condition=condition)})"
        for name, (sql, _) in zip(names, [*place, *video], strict=True)
    ]
    answer = condition if video else "true"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {', '.join(parts)} SELECT {answer}",
            [value for _, values in [*place, *video] for value in values],
        )
        return bool(cursor.fetchone()[0])


def _in_one_transaction(place: Statements, video: Statements) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, values in place:
            cursor.execute(sql, values)
        if not video:
            return True
        (clock, clock_values), (watched, watched_values) = video
        cursor.execute(clock, clock_values)
        if cursor.fetchone() is None:
            return False
        cursor.execute(watched.format(json="%s", time="%s", condition="true"), watched_values)
        return True
