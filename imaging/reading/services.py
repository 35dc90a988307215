"""What a reader does: begin, mark, answer, lock.

Rows are locked in this order: the learner, the reading, its marks, then what practice learns (imaging.practice).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core.enqueue import enqueue
from imaging.practice.aims import find_aim
from imaging.practice.queries import choose_study, get_open_run
from imaging.practice.services import add_step, learn_from, rebuild_reader
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
from imaging.reading.judging import judge
from imaging.reading.models import Mark, Reading
from imaging.reading.places import make_zone
from imaging.reading.queries import Reader, get_open_reading
from imaging.studies.models import Truth, View

MOST_MARKS = 40
STRANGERS_KEPT = timedelta(days=30)
"""Longer than the session that leads to them."""


@dataclass(frozen=True)
class Description:
    """What a reader says of what is marked. The words are keys of imaging.evidence, or empty."""

    confidence: int
    morphology: str = ""
    distribution: str = ""


@transaction.atomic
def start_reading(*, reader: Reader) -> Reading:
    """The reading that was begun, or one of the next study, in the run that is open. Raises NothingToRead."""
    if reader.user:
        # Two clicks at once begin one reading.
        User.objects.select_for_update(no_key=True).get(pk=reader.user.pk)
    if begun := get_open_reading(reader):
        return begun
    run = get_open_run(reader)
    choice = choose_study(reader, find_aim(run.aim) if run else None)
    if choice is None:
        raise NothingToRead
    reading = Reading.objects.create(user=reader.user, study_id=choice.study)
    if run:
        add_step(run=run, reading=reading)
    if choice.lacking or choice.is_running_out:
        # In the background: whoever waits for the next study must not learn by the clock what is lacking.
        words = vars(choice.lacking) if choice.lacking else {}
        enqueue("imaging.studies.tasks.order_on_demand", words.get("morphology", ""), words.get("distribution", ""))
    return reading


def hold_reading(reading: Reading) -> Reading:
    """The row as it is now, for whoever changes it. Raises ReadingLocked, StudyWithdrawn."""
    held = Reading.objects.select_for_update(of=("self",)).select_related("study").get(pk=reading.pk)
    if held.is_locked:
        raise ReadingLocked
    if held.study.is_withdrawn:
        raise StudyWithdrawn
    return held


@transaction.atomic
def put_mark(*, reading: Reading, view: str, x: float, y: float, description: Description, key: str = "") -> Mark:
    """Mark a place, in pixels of the view's image. What comes again with the same key is the same mark.

    Raises ReadingLocked, StudyWithdrawn, NoSuchView, OutsideImage, MarkedAlready and TooManyMarks.
    """
    held = hold_reading(reading)
    if key and held.marks.filter(key=key).exists():
        return change_mark(reading=held, key=key, description=description, place=(view, x, y))
    named = {"key": key} if key else {}
    return _add(held, _get_view(held, view), x=x, y=y, description=description, **named)


@transaction.atomic
def describe_mark(*, reading: Reading, view: str, place: str, depth: str, description: Description) -> Mark:
    """Mark by words, for who cannot point. Raises as `put_mark`."""
    held = hold_reading(reading)
    found = _get_view(held, view)
    x, y = make_zone(found, place, depth).middle
    return _add(held, found, x=x, y=y, description=description, place=place, depth=depth)


def _get_view(reading: Reading, key: str) -> View:
    """One of the study's, or one that this reading asked for."""
    view = View.objects.filter(study=reading.study_id, key=key).first()
    if view is None:
        asked = reading.asked.shown().filter(view__key=key).select_related("view").first()
        view = asked.view if asked else None
    if view is None:
        raise NoSuchView
    return view


def _add(reading: Reading, view: View, *, x: float, y: float, description: Description, **fields: str) -> Mark:
    if not is_inside(view, x, y):
        raise OutsideImage
    if reading.marks.count() >= MOST_MARKS:
        raise TooManyMarks(MOST_MARKS)
    try:
        with transaction.atomic():
            return Mark.objects.create(reading=reading, view=view, x=x, y=y, **vars(description), **fields)
    except IntegrityError as error:
        raise MarkedAlready from error


def is_inside(view: View, x: float, y: float) -> bool:
    """Its border is of it; what is no number is nowhere."""
    return 0 <= x <= view.columns and 0 <= y <= view.rows


@transaction.atomic
def change_mark(
    *, reading: Reading, key: str, description: Description, place: tuple[str, float, float] | None = None
) -> Mark:
    """Other words, and another place where it was moved: view, x and y. Raises NoSuchMark, and as `put_mark`."""
    held = hold_reading(reading)
    mark = held.marks.select_related("view").filter(key=key).first()
    if mark is None:
        raise NoSuchMark
    for name, value in vars(description).items():
        setattr(mark, name, value)
    if place is not None and place != (mark.view.key, mark.x, mark.y):
        _move(held, mark, *place)
    try:
        with transaction.atomic():
            mark.save()
    except IntegrityError as error:
        raise MarkedAlready from error
    return mark


def _move(reading: Reading, mark: Mark, view: str, x: float, y: float) -> None:
    """Who points at it has no need of words for its place any more."""
    mark.view = _get_view(reading, view)
    if not is_inside(mark.view, x, y):
        raise OutsideImage
    mark.x, mark.y, mark.place, mark.depth = x, y, "", ""


@transaction.atomic
def remove_mark(*, reading: Reading, key: str) -> None:
    """Raises NoSuchMark, ReadingLocked, StudyWithdrawn."""
    removed, _ = hold_reading(reading).marks.filter(key=key).delete()
    if not removed:
        raise NoSuchMark


@transaction.atomic
def answer_reading(*, reading: Reading, category: str, recall: bool | None) -> Reading:
    """Keep category and recall, which may both be open yet. Raises ReadingLocked, StudyWithdrawn."""
    held = hold_reading(reading)
    held.category, held.recall = category, recall
    held.save(update_fields=["category", "recall"])
    return held


@transaction.atomic
def lock_reading(*, reading: Reading) -> Reading:
    """From now on it stays as it is, and its reader may know the truth, as it stands today.

    Raises ReadingLocked, StudyWithdrawn, NotAnswered.
    """
    if reading.user_id:
        # First readings are counted: of two of the same study one is the first.
        User.objects.select_for_update(no_key=True).get(pk=reading.user_id)
    held = hold_reading(reading)
    if not held.is_answered:
        raise NotAnswered
    held.truth = Truth.objects.get(study=held.study_id, is_current=True)
    settle_asked_views(held, held.truth)
    hits = judge(held, held.truth)
    for mark in hits:
        mark.save(update_fields=["finding"])
    held.locked_at = timezone.now()
    held.is_first = not _has_read(held)
    held.save(update_fields=["truth", "locked_at", "is_first"])
    learn_from(reading=held)
    return held


def settle_asked_views(reading: Reading, truth: Truth) -> None:
    """What was not shown yet does not come any more; what is known of the others follows a truth that is newer.

    Of a finding that is not in the newer truth, or is called otherwise, nothing is known in the asked views.
    """
    reading.asked.exclude(pk__in=reading.asked.shown()).delete()
    new = {(each.number, each.side, each.morphology): each for each in truth.findings.all()}
    for asked in reading.asked.prefetch_related("regions__finding"):
        for region in asked.regions.all():
            old = region.finding
            if old.truth_id == truth.pk:
                continue
            if found := new.get((old.number, old.side, old.morphology)):
                region.finding = found
                region.save(update_fields=["finding"])
            else:
                region.delete()


def _has_read(reading: Reading) -> bool:
    if not reading.user_id:
        return False
    return Reading.objects.locked().filter(user=reading.user_id, study=reading.study_id).exists()


@transaction.atomic
def take_over_readings(*, user: User, keys: tuple[str, ...]) -> int:
    """What a stranger read in this browser is theirs once they have signed in. Returns how many."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    taken = Reading.objects.select_for_update().filter(user=None, key__in=keys)
    count = give_readings(taken, user=user)
    if count:
        rebuild_reader(user=user)
    return count


def give_readings(given: QuerySet[Reading], *, user: User) -> int:
    """Of two first readings of a study the earlier one counts: by the later its reader knew the study."""
    mine = {reading.study_id: reading for reading in Reading.objects.filter(user=user, is_first=True)}
    for reading in given:
        if reading.is_first and (other := mine.get(reading.study_id)):
            first, later = sorted((other, reading), key=lambda each: (each.locked_at, each.pk))
            mine[reading.study_id] = first
            Reading.objects.filter(pk=later.pk).update(is_first=False)
        elif reading.is_first:
            mine[reading.study_id] = reading
        Reading.objects.filter(pk=reading.pk).update(user=user)
    return len(given)


def forget_readings_of_strangers() -> int:
    """What nobody signed in for, once no session leads to it any more. Returns how many."""
    gone = Reading.objects.filter(user=None, started_at__lt=timezone.now() - STRANGERS_KEPT)
    count = gone.count()
    gone.delete()
    return count
