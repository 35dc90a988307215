"""What is learned at the lock, that it can be made anew, and runs of ten."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imaging.merging import take_over
from imaging.models import ReaderLevel, Reading, Run, SkillMemory, Step, Study, StudyDifficulty
from imaging.practice import services
from imaging.practice.models import LENGTH
from imaging.reading.queries import Reader
from imaging.reading.services import (
    answer_reading,
    forget_readings_of_strangers,
    lock_reading,
    start_reading,
    take_over_readings,
)
from imaging.studies.services import withdraw_study
from tests.conftest import make_user
from tests.imaging.practice.conftest import WORDS, read, write_skill


def learned() -> list[Any]:
    """All that practice knows, without the keys of rows."""
    skills = SkillMemory.objects.order_by("user", "morphology", "distribution")
    fields = [field.name for field in SkillMemory._meta.fields if field.name != "id"]
    return [
        list(skills.values_list(*fields)),
        list(ReaderLevel.objects.exclude(readings=0).order_by("user").values_list("user", "level", "readings")),
        list(
            StudyDifficulty.objects.exclude(readings=0).order_by("study").values_list("study", "difficulty", "readings")
        ),
    ]


# --- Learning at the lock -----------------------------------------------------------------------------


def test_first_reading_is_learned_from_once(study, learner_with_access):
    read(learner_with_access, study)
    memory = SkillMemory.objects.get(user=learner_with_access)
    assert (memory.morphology, memory.distribution, memory.rating, memory.readings) == (*WORDS, 3, 1)
    assert ReaderLevel.objects.get(user=learner_with_access).level == 0.5
    assert StudyDifficulty.objects.get(study=study).difficulty == -0.5
    before = learned()
    read(learner_with_access, study)  # a second reading of it
    assert learned() == before


def test_missed_is_learned_as_missed(study, learner_with_access):
    read(learner_with_access, study, words=None)
    assert SkillMemory.objects.get().rating == 1
    assert (ReaderLevel.objects.get().level, StudyDifficulty.objects.get().difficulty) == (-0.5, 0.5)


def test_normal_study_is_a_skill_too(make_skill, learner_with_access):
    read(learner_with_access, make_skill("normal"), recall=False, words=None)
    memory = SkillMemory.objects.get()
    assert (memory.morphology, memory.distribution, memory.rating) == ("", "", 3)


def test_nothing_is_learned_of_a_stranger_of_another_purpose_or_of_what_no_view_shows(
    make_skill, study, learner_with_access
):
    read(None, study)
    read(learner_with_access, make_skill("suspicious", *WORDS, purpose="test-set"))
    hidden = make_skill("suspicious", *WORDS)
    hidden.truths.get().findings.get().regions.update(is_visible=False)
    read(learner_with_access, hidden)
    assert learned() == [[], [], []]


def test_lock_that_fails_teaches_nothing(study, learner_with_access, monkeypatch):
    def fail(*_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr("imaging.practice.services._keep_rated", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        read(learner_with_access, study)
    assert learned() == [[], [], []]
    assert not Reading.objects.locked().exists()


def test_lock_asks_the_same_questions_however_much_was_read(make_skill, learner_with_access):
    counts = []
    for _ in range(4):
        reading = Reading.objects.create(user=learner_with_access, study=make_skill("suspicious", *WORDS))
        answer_reading(reading=reading, category="1", recall=False)
        with CaptureQueriesContext(connection) as counted:
            lock_reading(reading=reading)
        counts.append(len(counted))
    # The first one makes the rows of the skill and the level.
    assert len(set(counts[1:])) == 1


# --- Made anew ----------------------------------------------------------------------------------------


@pytest.fixture
def history(db, learner, learner_with_access, other_learner) -> list[Study]:
    """Sixty readings of three people over some weeks, right and wrong, in the order of time."""
    draw = Random(3)
    kinds = [("suspicious", *WORDS), ("suspicious", "amorphous", "grouped"), ("benign", "rim", "grouped"), ("normal",)]
    studies = [write_skill(*kinds[number % 4]) for number in range(20)]
    people = [learner, learner_with_access, other_learner]
    pairs = [(user, study) for user in people for study in studies]
    draw.shuffle(pairs)
    start = timezone.now() - timedelta(days=60)
    for number, (user, study) in enumerate(pairs):
        _read_at(start + timedelta(hours=17 * number), user, study, draw)
    return studies


def _read_at(when: Any, user: Any, study: Study, draw: Random) -> None:
    words = draw.choice([WORDS, ("amorphous", "grouped"), ("rim", "grouped"), None])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("imaging.reading.services.timezone.now", lambda: when)
        read(user, study, recall=draw.random() < 0.5, words=words)


def test_what_is_made_anew_equals_what_was_learned_online(history):
    before = learned()
    assert [len(part) for part in before] == [12, 3, 20]
    assert services.rebuild_all() == 60
    assert learned() == before
    for model in (SkillMemory, ReaderLevel, StudyDifficulty):
        model.objects.all().delete()
    services.rebuild_all()
    assert learned() == before
    SkillMemory.objects.update(rating=1, stability=1)
    call_command("rebuild_practice")
    assert learned() == before


def test_withdrawn_study_counts_no_more(history, learner, admin, django_capture_on_commit_callbacks):
    study = history[0]
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_study(study_id=study.pk, because="The key is wrong.", by=admin)
    assert StudyDifficulty.objects.get(study=study).readings == 0
    assert ReaderLevel.objects.get(user=learner).readings == 19
    assert SkillMemory.objects.get(user=learner, morphology="fine-linear").readings == 4


def test_skills_of_two_accounts_become_those_of_all_readings(history, learner, other_learner):
    alone = write_skill("benign", "popcorn", "grouped")
    read(other_learner, alone, recall=False, words=("popcorn", "grouped"))
    run = services.begin_run(user=other_learner, aim="amorphous")
    take_over(user=learner, other=other_learner)
    assert not SkillMemory.objects.filter(user=other_learner).exists()
    assert not ReaderLevel.objects.filter(user=other_learner).exists()
    assert SkillMemory.objects.get(user=learner, morphology="popcorn").readings == 1
    # Twenty studies that both had read count once.
    assert ReaderLevel.objects.get(user=learner).readings == 21
    assert SkillMemory.objects.get(user=learner, morphology="fine-linear").readings == 5
    run.refresh_from_db()
    assert (run.user, run.is_open) == (learner, False)


def test_skills_of_a_stranger_follow_into_the_account(open_studies, learner):
    readings = [read(None, study, recall=False, words=None) for study in open_studies]
    assert learned() == [[], [], []]
    take_over_readings(user=learner, keys=tuple(reading.key for reading in readings))
    assert SkillMemory.objects.filter(user=learner).count() == 3
    assert ReaderLevel.objects.get(user=learner).readings == 3


def test_forgetting_strangers_leaves_what_was_learned(history, open_studies):
    read(None, open_studies[0])
    before = learned()
    Reading.objects.filter(user=None).update(started_at=timezone.now() - timedelta(days=40))
    assert forget_readings_of_strangers() == 1
    assert learned() == before


# --- Runs ---------------------------------------------------------------------------------------------


def finish(reading: Reading) -> Reading:
    answer_reading(reading=reading, category="1", recall=False)
    return lock_reading(reading=reading)


def test_run_ends_with_its_tenth_study(make_skill, learner_with_access):
    for _ in range(LENGTH + 1):
        make_skill("normal")
    run = services.begin_run(user=learner_with_access)
    for number in range(1, LENGTH + 1):
        assert Run.objects.get().is_open
        reading = start_reading(reader=Reader(learner_with_access))
        assert (reading.step.run, reading.step.number) == (run, number)
        finish(reading)
    assert not Run.objects.get().is_open
    after = start_reading(reader=Reader(learner_with_access))
    assert not Step.objects.filter(reading=after).exists()


def test_what_was_begun_is_the_first_of_the_next_ten(make_skill, learner_with_access):
    for _ in range(3):
        make_skill("normal")
    old = services.begin_run(user=learner_with_access)
    finish(start_reading(reader=Reader(learner_with_access)))
    begun = start_reading(reader=Reader(learner_with_access))
    new = services.begin_run(user=learner_with_access, aim="amorphous")
    old.refresh_from_db()
    assert not old.is_open
    assert list(new.steps.values_list("number", "reading")) == [(1, begun.pk)]
    assert old.steps.count() == 1


def test_withdrawn_study_gives_its_place_in_a_run_up(make_skill, learner_with_access, admin):
    for _ in range(2):
        make_skill("normal")
    run = services.begin_run(user=learner_with_access)
    first = start_reading(reader=Reader(learner_with_access))
    withdraw_study(study_id=first.study_id, because="The key is wrong.", by=admin)
    second = start_reading(reader=Reader(learner_with_access))
    assert list(run.steps.values_list("number", "reading")) == [(1, second.pk)]
    assert Reading.objects.filter(pk=first.pk).exists()


def test_database_holds_one_open_run_of_a_reader(learner):
    services.begin_run(user=learner)
    with pytest.raises(IntegrityError, match=r"imaging_run|one_run"), transaction.atomic():
        Run.objects.create(user=learner)


# --- At once ------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned, begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait(10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_readers_who_lock_one_study_at_once_each_is_learned_from(study, learner, learner_with_access, other_learner):
    people = [learner, learner_with_access, other_learner]
    readings = [Reading.objects.create(user=user, study=study) for user in people]
    for reading in readings:
        answer_reading(reading=reading, category="1", recall=False)
    at_once(*[partial(lock_reading, reading=reading) for reading in readings])
    assert StudyDifficulty.objects.get().readings == 3
    assert list(ReaderLevel.objects.values_list("readings", flat=True)) == [1, 1, 1]
    # One after the other: a third surprise is smaller than the first.
    assert 0.5 < StudyDifficulty.objects.get().difficulty < 1.5


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_one_reader_s_readings_that_are_locked_at_once_each_is_learned_from(make_study, learner):
    readings = [Reading.objects.create(user=learner, study=make_study()) for _ in range(4)]
    for reading in readings:
        answer_reading(reading=reading, category="1", recall=False)
    at_once(*[partial(lock_reading, reading=reading) for reading in readings])
    assert (ReaderLevel.objects.get().readings, SkillMemory.objects.get().readings) == (4, 4)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_what_is_locked_while_all_is_made_anew_is_not_lost(make_study, learner, other_learner):
    shared = make_study()
    for user in (learner, other_learner):
        read(user, shared)
    readings = [Reading.objects.create(user=user, study=make_study()) for user in (learner, other_learner) * 2]
    for reading in readings:
        answer_reading(reading=reading, category="1", recall=False)
    at_once(services.rebuild_all, *[partial(lock_reading, reading=reading) for reading in readings])
    assert sorted(ReaderLevel.objects.values_list("readings", flat=True)) == [3, 3]
    assert sum(StudyDifficulty.objects.values_list("readings", flat=True)) == 6
    assert sorted(SkillMemory.objects.values_list("readings", flat=True)) == [3, 3]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_first_reading_of_a_reader_and_of_a_study_while_all_is_made_anew_is_learned_from(
    make_study, learner, monkeypatch
):
    """At each step of it somebody new locks a study that nobody has read, and does not wait."""
    read(learner, make_study())
    readings = [Reading.objects.create(user=make_user(f"{n}@example.org"), study=make_study()) for n in range(6)]
    for reading in readings:
        answer_reading(reading=reading, category="1", recall=False)
    waiting, locked = list(readings), []
    learned_from = services._learned_from

    def lock_one_and_go_on() -> object:
        if waiting and threading.current_thread() is threading.main_thread():
            reading = waiting.pop()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(at_once, partial(lock_reading, reading=reading)).result(20)
            locked.append(reading)
        return learned_from()

    monkeypatch.setattr(services, "_learned_from", lock_one_and_go_on)
    services.rebuild_all()
    assert len(locked) >= 3
    for reading in locked:
        assert ReaderLevel.objects.get(user=reading.user).readings == 1
        assert StudyDifficulty.objects.get(study=reading.study).readings == 1
        assert SkillMemory.objects.get(user=reading.user).readings == 1
    assert ReaderLevel.objects.get(user=learner).readings == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_leave_one_run_open(open_studies, learner_with_access):
    at_once(*[partial(services.begin_run, user=learner_with_access)] * 4)
    assert Run.objects.filter(ended_at=None).count() == 1
