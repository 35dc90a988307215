"""What a reader may do and may not, and that nothing is changed where it is refused."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from imaging.errors import ImagingError
from imaging.models import Mark, Reading, Truth
from imaging.reading import services
from imaging.reading.errors import (
    MarkedAlready,
    NoSuchMark,
    NoSuchView,
    NotAnswered,
    NothingToRead,
    OutsideImage,
    ReadingLocked,
    StudyWithdrawn,
    TooManyMarks,
)
from imaging.reading.queries import Reader
from imaging.reading.services import Description
from imaging.studies.services import withdraw_study
from tests.imaging.conftest import COLUMNS, ROWS

SAID = Description(80, "fine-linear", "segmental")


@pytest.fixture
def reading(study, learner_with_access) -> Reading:
    return services.start_reading(reader=Reader(learner_with_access))


def put(reading: Reading, x: float = 160, y: float = 190, view: str = "lcc", said: Description = SAID) -> Mark:
    return services.put_mark(reading=reading, view=view, x=x, y=y, description=said)


def lock(reading: Reading, *, category: str = "4C", recall: bool = True) -> Reading:
    services.answer_reading(reading=reading, category=category, recall=recall)
    return services.lock_reading(reading=reading)


def rows(reading: Reading) -> list[object]:
    """All that is kept of a reading."""
    return [Reading.objects.filter(pk=reading.pk).values().get(), *reading.marks.values()]


def test_reading_that_was_begun_is_gone_on_with(reading, study, learner_with_access):
    assert (reading.study, reading.user, reading.is_locked) == (study, learner_with_access, False)
    assert services.start_reading(reader=Reader(learner_with_access)) == reading


def test_mark_keeps_place_and_words(reading):
    mark = put(reading)
    assert (mark.view.key, mark.x, mark.y) == ("lcc", 160, 190)
    assert (mark.confidence, mark.morphology, mark.distribution) == (80, "fine-linear", "segmental")


@pytest.mark.parametrize(
    ("x", "y"), [(-0.1, 5), (5, -0.1), (COLUMNS + 0.1, 5), (5, ROWS + 0.1), (float("nan"), 5), (1e300, 5)]
)
def test_mark_outside_the_image_is_refused(reading, x, y):
    with pytest.raises(OutsideImage, match="outside of the image"):
        put(reading, x, y)
    mark = put(reading)
    with pytest.raises(OutsideImage):
        services.change_mark(reading=reading, key=mark.key, description=SAID, place=("lcc", x, y))
    assert list(reading.marks.values_list("x", "y")) == [(160, 190)]


def test_mark_in_a_view_that_is_not_there_is_refused(reading):
    with pytest.raises(NoSuchView):
        put(reading, view="rmag")
    assert not reading.marks.exists()


def test_mark_at_the_same_place_twice_is_refused(reading):
    put(reading)
    with pytest.raises(MarkedAlready, match="that mark stands"):
        put(reading)
    assert reading.marks.count() == 1
    put(reading, view="lmlo")


def test_mark_is_changed_moved_and_removed(reading):
    mark = put(reading)
    moved = services.change_mark(reading=reading, key=mark.key, description=Description(20), place=("rcc", 10.5, 20.25))
    assert (moved.pk, moved.view.key, moved.x, moved.y, moved.confidence, moved.morphology) == (
        mark.pk, "rcc", 10.5, 20.25, 20, "",
    )  # fmt: skip
    services.remove_mark(reading=reading, key=mark.key)
    assert not reading.marks.exists()
    with pytest.raises(NoSuchMark):
        services.remove_mark(reading=reading, key=mark.key)
    with pytest.raises(NoSuchMark):
        services.change_mark(reading=reading, key=mark.key, description=SAID)


def test_too_many_marks_are_refused(reading, monkeypatch):
    monkeypatch.setattr(services, "MOST_MARKS", 1)
    put(reading)
    with pytest.raises(TooManyMarks, match="at most 1 marks"):
        put(reading, 1, 1)


def test_lock_needs_category_and_recall(reading):
    for category, recall in (("", None), ("2", None), ("", True)):
        services.answer_reading(reading=reading, category=category, recall=recall)
        with pytest.raises(NotAnswered):
            services.lock_reading(reading=reading)
    reading.refresh_from_db()
    assert (reading.is_locked, reading.truth) == (False, None)


def test_lock_keeps_the_truth_and_what_was_hit(reading, study):
    hit, missed = put(reading), put(reading, 300, 20)
    locked = lock(reading)
    assert (locked.truth, locked.is_first, locked.is_recall_right) == (Truth.objects.get(study=study), True, True)
    hit.refresh_from_db()
    missed.refresh_from_db()
    assert (hit.finding, missed.finding) == (locked.truth.findings.get(), None)


def test_nothing_of_a_locked_reading_changes(reading):
    mark = put(reading)
    lock(reading)
    before = rows(reading)
    acts = [
        lambda: put(reading, 1, 1),
        lambda: services.describe_mark(reading=reading, view="lcc", place="central", depth="middle", description=SAID),
        lambda: services.change_mark(reading=reading, key=mark.key, description=Description(1)),
        lambda: services.remove_mark(reading=reading, key=mark.key),
        lambda: services.answer_reading(reading=reading, category="1", recall=False),
        lambda: services.lock_reading(reading=reading),
    ]
    for act in acts:
        with pytest.raises(ReadingLocked, match="nothing was changed"):
            act()
    assert rows(reading) == before


def test_withdrawn_study_keeps_its_readings(reading, admin, study):
    mark = put(reading)
    services.answer_reading(reading=reading, category="4B", recall=True)
    withdraw_study(study_id=study.pk, because="The key is wrong.", by=admin)
    before = rows(reading)
    for act in (
        lambda: put(reading, 1, 1),
        lambda: services.remove_mark(reading=reading, key=mark.key),
        lambda: services.lock_reading(reading=reading),
    ):
        with pytest.raises(StudyWithdrawn, match="kept as it is"):
            act()
    assert rows(reading) == before
    with pytest.raises(NothingToRead):
        services.start_reading(reader=Reader(reading.user))


def test_new_version_of_a_truth_leaves_old_readings_as_they_were(reading, study):
    put(reading)
    locked = lock(reading)
    Truth.objects.filter(study=study).update(is_current=False)
    Truth.objects.create(study=study, version=2, kind="normal", recall=False, categories=[], because="A correction.")
    again = Reading.objects.get(pk=locked.pk)
    assert (again.truth.version, again.is_recall_right) == (1, True)


def test_second_reading_of_a_study_is_not_the_first(reading, study, learner_with_access):
    lock(reading)
    second = services.start_reading(reader=Reader(learner_with_access))
    assert (second.study, second.pk == reading.pk) == (study, False)
    assert not lock(second).is_first


def test_database_refuses_a_locked_reading_without_an_answer(reading):
    with pytest.raises(IntegrityError, match="locked_reading_is_complete"), transaction.atomic():
        Reading.objects.filter(pk=reading.pk).update(locked_at="2026-01-01T00:00Z")


def test_nothing_that_a_reading_stands_on_can_be_deleted(reading, study):
    put(reading)
    lock(reading)
    for row in (study, reading.study.views.get(key="lcc"), Truth.objects.get()):
        with pytest.raises(ProtectedError):
            row.delete()


# --- Which study comes next ---------------------------------------------------------------------------


def read(reader: Reader) -> Reading:
    return lock(services.start_reading(reader=reader))


def test_every_study_comes_once_before_one_comes_again(make_study, learner_with_access):
    studies = {make_study(kind).pk for kind in ("suspicious", "benign", "normal", "normal")}
    reader = Reader(learner_with_access)
    seen = [read(reader).study_id for _ in range(8)]
    assert set(seen[:4]) == set(seen[4:]) == studies


def test_order_differs_from_reader_to_reader(make_study, learner_with_access, other_learner, admin):
    for _ in range(6):
        make_study("normal")
    orders = [tuple(read(Reader(user)).study_id for _ in range(6)) for user in (learner_with_access, other_learner)]
    assert orders[0] != orders[1]


def test_without_access_only_open_studies_come_and_each_once(open_studies, study, learner):
    reader = Reader(learner)
    assert {read(reader).study_id for _ in range(3)} == {each.pk for each in open_studies}
    with pytest.raises(NothingToRead):
        services.start_reading(reader=reader)


def test_what_is_not_ready_does_not_come(make_study, learner_with_access):
    make_study(status="waiting", made_at=None)
    make_study(status="failed", made_at=None)
    with pytest.raises(NothingToRead):
        services.start_reading(reader=Reader(learner_with_access))


# --- Strangers ----------------------------------------------------------------------------------------


def test_readings_of_a_stranger_are_taken_over(open_studies, learner):
    reading = lock(services.start_reading(reader=Reader()), recall=False)
    assert services.take_over_readings(user=learner, keys=(reading.key, "nothing")) == 1
    reading.refresh_from_db()
    assert (reading.user, reading.is_first) == (learner, True)
    assert services.take_over_readings(user=learner, keys=(reading.key,)) == 0


@pytest.mark.parametrize("first", [0, 1, 2])
def test_of_first_readings_of_a_study_the_earliest_stays_first(make_study, learner, first):
    """Whoever read it, and twice in one browser: by the later ones its reader knew the study."""
    make_study(is_open=True)
    readings = [lock(services.start_reading(reader=Reader(user))) for user in (learner, None, None)]
    for number, reading in enumerate(readings):
        ago = timedelta(days=9 if number == first else number + 1)
        Reading.objects.filter(pk=reading.pk).update(locked_at=timezone.now() - ago)
    assert services.take_over_readings(user=learner, keys=(readings[1].key, readings[2].key)) == 2
    kept = Reading.objects.filter(user=learner).order_by("pk").values_list("is_first", flat=True)
    assert list(kept) == [number == first for number in range(3)]


def test_readings_of_others_are_not_taken_over(reading, learner):
    assert services.take_over_readings(user=learner, keys=(reading.key,)) == 0
    reading.refresh_from_db()
    assert reading.user != learner


def test_readings_of_strangers_are_forgotten_after_a_month(open_studies, study, learner, learner_with_access):
    old, young = (services.start_reading(reader=Reader()) for _ in range(2))
    mine = services.start_reading(reader=Reader(learner))
    put(old)
    long_ago = timezone.now() - services.STRANGERS_KEPT - timedelta(minutes=1)
    Reading.objects.filter(pk__in=[old.pk, mine.pk]).update(started_at=long_ago)
    assert services.forget_readings_of_strangers() == 1
    assert set(Reading.objects.all()) == {young, mine}


# --- At once ------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised, begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait(10)
        try:
            return act()
        except ImagingError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_locks_at_once_one_is_told_that_it_came_second(reading):
    put(reading)
    services.answer_reading(reading=reading, category="4C", recall=True)
    outcomes = at_once(*[lambda: services.lock_reading(reading=reading)] * 4)
    assert outcomes.count(ReadingLocked) == 3
    assert Reading.objects.get(pk=reading.pk).is_first


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_mark_that_comes_with_the_lock_is_before_it_or_refused(reading):
    services.answer_reading(reading=reading, category="4C", recall=True)
    for _ in range(5):
        outcomes = at_once(lambda: services.lock_reading(reading=reading), lambda: put(reading))
        refused = ReadingLocked in outcomes
        assert Mark.objects.filter(finding=None).count() == 0
        assert Mark.objects.count() == (0 if refused else 1)
        Mark.objects.all().delete()
        Reading.objects.update(locked_at=None, truth=None, is_first=False)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_begin_one_reading(open_studies, learner):
    outcomes = at_once(*[lambda: services.start_reading(reader=Reader(learner))] * 4)
    assert len(set(outcomes)) == 1
    assert Reading.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_readings_of_a_study_that_are_locked_at_once_one_is_the_first(study, learner_with_access):
    both = [Reading.objects.create(user=learner_with_access, study=study) for _ in range(2)]
    for each in both:
        services.answer_reading(reading=each, category="1", recall=False)
    at_once(*[partial(services.lock_reading, reading=each) for each in both])
    assert sorted(Reading.objects.values_list("is_first", flat=True)) == [False, True]
