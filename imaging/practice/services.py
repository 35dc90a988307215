"""What is learned from first readings, and the runs that readers are in.

Rows are locked in this order: the learner, the reading, the reader's level, the study's difficulty. Whoever writes a
reader's skills holds their level.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from imaging.practice.elo import Rated, meet
from imaging.practice.judging import fetch_ahead, judge_reading
from imaging.practice.models import LENGTH, ReaderLevel, Run, SkillMemory, Step, StudyDifficulty
from imaging.practice.skills import Memory, Outcome, Skill, remember
from imaging.reading.judging import READING_FIELDS
from imaging.reading.models import Reading, ReadingQuerySet
from imaging.reading.queries import Reader, get_open_reading
from imaging.studies.models import StudyPurpose

AT_ONCE = 500
"""Readings that are fetched together."""


# --- Learning -----------------------------------------------------------------------------------------


@transaction.atomic
def learn_from(*, reading: Reading) -> None:
    """What a reading that was locked just now says of its reader and its study. The caller holds the learner.

    First readings of practice alone: what is read in a test set is told at its end, and a skill would tell it before.
    """
    _count_step(reading)
    if not reading.user_id or not reading.is_first or reading.study.purpose != StudyPurpose.PRACTICE:
        return
    fetch_ahead([reading])
    outcome = judge_reading(reading)
    if outcome is None:
        return
    level, _ = ReaderLevel.objects.select_for_update().get_or_create(user_id=reading.user_id)
    study, _ = StudyDifficulty.objects.select_for_update().get_or_create(study_id=reading.study_id)
    _keep_rated(level, study, *meet(level.rated, study.rated, is_right=outcome.is_right))
    if outcome.skill is not None:
        _learn_skill(reading, outcome, outcome.skill)


def _keep_rated(level: ReaderLevel, study: StudyDifficulty, reader: Rated, read: Rated) -> None:
    level.level, level.readings = reader.value, reader.readings
    study.difficulty, study.readings = read.value, read.readings
    level.save(update_fields=["level", "readings"])
    study.save(update_fields=["difficulty", "readings"])


def _learn_skill(reading: Reading, outcome: Outcome, skill: Skill) -> None:
    assert reading.locked_at and reading.user_id  # noqa: S101 - a locked reading of somebody with an account
    kept = SkillMemory.objects.filter(user=reading.user_id, **vars(skill)).first()
    day = reading.locked_at.astimezone(UTC).date()
    memory = remember(kept.memory if kept else None, rating=outcome.rating, day=day)
    SkillMemory.objects.update_or_create(
        user_id=reading.user_id,
        **vars(skill),
        defaults={**vars(memory), "readings": kept.readings + 1 if kept else 1},
    )


def _learned_from() -> ReadingQuerySet:
    """The readings that levels and skills are made of, in the order in which they were locked."""
    counted = Reading.objects.counted().exclude(user=None).filter(study__purpose=StudyPurpose.PRACTICE)
    return counted.select_related("truth").order_by("locked_at", "pk")


# --- Making them anew ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Learned:
    """What a reading comes to, without all that it was judged by."""

    reading: int
    user: int
    study: int
    day: date
    outcome: Outcome


Judged = dict[int, Learned | None]
"""By reading; None where it counts nowhere. A locked reading keeps its truth, so it is judged once."""


def rebuild_reader(*, user: User) -> None:
    """From the readings that count now, after accounts became one. Studies stay as hard as they are."""
    _rebuild_reader(user.pk, {}, {})


def rebuild_all() -> int:
    """Levels, difficulties and skills of everybody, as they would stand had only what counts now been read.

    For when a study was withdrawn or what was told of one has changed. Everything is judged before any row is held;
    then the difficulties, and each reader, have a transaction of their own: nobody who locks a reading meanwhile
    waits for long. Returns of how many readings.
    """
    judged: Judged = dict(_judge_all(_learned_from()))
    met = _rebuild_difficulties(judged)
    known = ReaderLevel.objects.values_list("user", flat=True)
    for user in sorted({*known, *(each.user for each in judged.values() if each)}):
        _rebuild_reader(user, judged, met)
    return len(met)


def _judge_all(readings: ReadingQuerySet) -> Iterator[tuple[int, Learned | None]]:
    for reading in readings.prefetch_related(*READING_FIELDS).iterator(chunk_size=AT_ONCE):
        assert reading.locked_at and reading.user_id  # noqa: S101 - a locked reading of somebody with an account
        outcome = judge_reading(reading)
        day = reading.locked_at.astimezone(UTC).date()
        learned = Learned(reading.pk, reading.user_id, reading.study_id, day, outcome) if outcome else None
        yield reading.pk, learned


def _list_learned(readings: ReadingQuerySet, judged: Judged) -> list[Learned]:
    """Of the readings that count now, in their order; what was locked since is judged, too."""
    keys = list(readings.values_list("pk", flat=True))
    fresh = [key for key in keys if key not in judged]
    for start in range(0, len(fresh), AT_ONCE):
        judged.update(_judge_all(readings.filter(pk__in=fresh[start : start + AT_ONCE])))
    return [learned for key in keys if (learned := judged.get(key))]


@transaction.atomic
def _rebuild_difficulties(judged: Judged) -> dict[int, float]:
    """Returns how hard its study was when each reading met it.

    A study whose first reading is locked meanwhile has no row that is held here, and is learned from as ever.
    """
    StudyDifficulty.objects.bulk_create(
        [StudyDifficulty(study_id=study) for study in sorted({each.study for each in judged.values() if each})],
        ignore_conflicts=True,
        batch_size=AT_ONCE,
    )
    held = {each.study_id: each for each in StudyDifficulty.objects.select_for_update().order_by("pk")}
    readers: dict[int, Rated] = {}
    studies: dict[int, Rated] = {}
    met: dict[int, float] = {}
    for each in _list_learned(_learned_from(), judged):
        reader, study = readers.get(each.user, Rated()), studies.get(each.study, Rated())
        met[each.reading] = study.value
        readers[each.user], studies[each.study] = meet(reader, study, is_right=each.outcome.is_right)
    for pk, row in held.items():
        rated = studies.get(pk, Rated())
        row.difficulty, row.readings = rated.value, rated.readings
    StudyDifficulty.objects.bulk_update(held.values(), ["difficulty", "readings"], batch_size=AT_ONCE)
    return met


@transaction.atomic
def _rebuild_reader(user: int, judged: Judged, met: Mapping[int, float]) -> None:
    """`met` is how hard studies were when they were read; of any other reading it is how hard the study is now."""
    if User.objects.select_for_update(no_key=True).filter(pk=user).first() is None:
        return  # the account went meanwhile
    hold, _ = ReaderLevel.objects.select_for_update().get_or_create(user_id=user)
    learned = _list_learned(_learned_from().filter(user=user), judged)
    others = [each.study for each in learned if each.reading not in met]
    difficulties = dict(StudyDifficulty.objects.filter(study__in=others).values_list("study", "difficulty"))
    level = Rated()
    for each in learned:
        difficulty = met.get(each.reading, difficulties.get(each.study, 0.0))
        level, _ = meet(level, Rated(difficulty), is_right=each.outcome.is_right)
    hold.level, hold.readings = level.value, level.readings
    hold.save(update_fields=["level", "readings"])
    _replace_skills(user, learned)


def _replace_skills(user: int, learned: Iterable[Learned]) -> None:
    memories: dict[Skill, Memory] = {}
    times: dict[Skill, int] = {}
    for each in learned:
        if (skill := each.outcome.skill) is not None:
            memories[skill] = remember(memories.get(skill), rating=each.outcome.rating, day=each.day)
            times[skill] = times.get(skill, 0) + 1
    SkillMemory.objects.filter(user=user).delete()
    SkillMemory.objects.bulk_create(
        SkillMemory(user_id=user, **vars(skill), **vars(memory), readings=times[skill])
        for skill, memory in memories.items()
    )


# --- Runs ---------------------------------------------------------------------------------------------


@transaction.atomic
def begin_run(*, user: User, aim: str = "") -> Run:
    """Ten studies from now on; what was open ends. A study that was begun and is not locked is the first of them."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = timezone.now()
    Run.objects.filter(user=user, ended_at=None).update(ended_at=now)
    run = Run.objects.create(user=user, aim=aim, started_at=now)
    if begun := get_open_reading(Reader(user)):
        Step.objects.filter(reading=begun).delete()
        add_step(run=run, reading=begun)
    return run


def add_step(*, run: Run, reading: Reading) -> Step:
    """What was withdrawn in mid-reading cannot be locked any more, and gives its place up."""
    run.steps.filter(reading__locked_at=None).delete()
    return Step.objects.create(run=run, number=run.steps.count() + 1, reading=reading)


@transaction.atomic
def end_run(*, run: Run) -> None:
    """May be told twice."""
    Run.objects.filter(pk=run.pk, ended_at=None).update(ended_at=timezone.now())


def _count_step(reading: Reading) -> None:
    """With its last study a run has ended."""
    step = Step.objects.filter(reading=reading).select_related("run").first()
    if step and step.number >= LENGTH:
        end_run(run=step.run)


@transaction.atomic
def take_over(*, user: User, other: User) -> None:
    """Of two accounts that became one, after their readings did: runs go along, skills and level are made anew."""
    Run.objects.filter(user=other, ended_at=None).update(ended_at=timezone.now())
    Run.objects.filter(user=other).update(user=user)
    # Both in one order, as whoever makes everything anew holds them.
    list(ReaderLevel.objects.select_for_update().filter(user__in=[user, other]).order_by("pk"))
    ReaderLevel.objects.filter(user=other).delete()
    SkillMemory.objects.filter(user=other).delete()
    rebuild_reader(user=user)
