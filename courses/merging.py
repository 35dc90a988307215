"""Two accounts of one person become one: what was done in either is done, and nothing is counted twice."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from courses.models import (
    Attempt,
    AttemptPurpose,
    CheckAnswer,
    Completion,
    Enrolment,
    LessonProgress,
    Note,
    RecallCard,
    WatchClock,
    WatchedTime,
)


@transaction.atomic
def take_over(*, user: User, other: User, claimed: Collection[int]) -> dict[str, int]:
    """`claimed`: courses for which `other` alone claimed credit, whose completion of them therefore stands."""
    counted = {
        "completions": take_completions(user, other, claimed),
        "lessons": take_progress(user, other),  # asks the enrolments who read last
        "notes": take_notes(user, other),
    }
    take_enrolments(user, other)
    take_watched(user, other)
    take_attempts(user, other)
    take_checks(user, other)
    take_cards(user, other)
    return counted


# --- What is decided once ---------------------------------------------------------------------------


def take_completions(user: User, other: User, claimed: Collection[int]) -> int:
    """One a course. Where both completed it: what credit stands on, or else the later, which is surely released."""
    mine = {row.course_id: row for row in Completion.objects.filter(user=user)}
    taken = 0
    for theirs in Completion.objects.filter(user=other).order_by("pk"):
        own = mine.get(theirs.course_id)
        if own is not None and not has_priority(theirs, own, claimed):
            continue
        if own is not None:
            give_away(own, other, when_gone=theirs, to=user)
        else:
            move_completion(theirs, user)
        taken += 1
    return taken


def has_priority(theirs: Completion, own: Completion, claimed: Collection[int]) -> bool:
    if theirs.course_id in claimed:
        return True
    return not own.claims.exists() and theirs.completed_at > own.completed_at


def give_away(own: Completion, other: User, *, when_gone: Completion, to: User) -> None:
    """Change places: one of them is written anew, for each learner has one completion of a course."""
    own_pk = own.pk
    Completion.objects.filter(pk=own_pk).delete()
    move_completion(when_gone, to)
    own.pk = None
    own.user = other
    own._state.adding = True
    Attempt.objects.filter(pk=own.attempt_id).update(user=other)
    own.save(force_insert=True)


def move_completion(completion: Completion, user: User) -> None:
    Completion.objects.filter(pk=completion.pk).update(user=user)
    Attempt.objects.filter(pk=completion.attempt_id).update(user=user)


def take_attempts(user: User, other: User) -> None:
    """All that were handed in, and those that are open where none is open here. A pre-test is taken once."""
    theirs = Attempt.objects.filter(user=other).exclude(completion__user=other)
    mine = Attempt.objects.filter(user=user)
    open_here = set(mine.filter(submitted_at=None).values_list("course", "purpose"))
    pre_tests = set(mine.filter(purpose=AttemptPurpose.PRE_TEST).values_list("course", flat=True))
    for attempt in theirs:
        is_second_pre_test = attempt.is_pre_test and attempt.course_id in pre_tests
        if is_second_pre_test or (attempt.is_open and (attempt.course_id, attempt.purpose) in open_here):
            continue
        Attempt.objects.filter(pk=attempt.pk).update(user=user)


# --- What adds up -----------------------------------------------------------------------------------


def take_enrolments(user: User, other: User) -> None:
    mine = {row.course_id: row for row in Enrolment.objects.filter(user=user)}
    for theirs in Enrolment.objects.filter(user=other):
        own = mine.get(theirs.course_id)
        if own is None:
            Enrolment.objects.filter(pk=theirs.pk).update(user=user)
            continue
        own.enrolled_at = min(own.enrolled_at, theirs.enrolled_at)
        own.lessons_completed_at = earliest(own.lessons_completed_at, theirs.lessons_completed_at)
        own.percent_reached = max(own.percent_reached, theirs.percent_reached)
        if theirs.last_seen_at > own.last_seen_at:
            own.last_seen_at, own.last_lesson_id = theirs.last_seen_at, theirs.last_lesson_id
        own.save()


def earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def take_progress(user: User, other: User) -> int:
    """A lesson that was completed in either is completed, as it was read then. The place is where they read last."""
    mine = {row.lesson_id: row for row in LessonProgress.objects.filter(user=user)}
    seen = dict(Enrolment.objects.filter(user=user).values_list("course", "last_seen_at"))
    later = {
        course
        for course, moment in Enrolment.objects.filter(user=other).values_list("course", "last_seen_at")
        if course not in seen or moment > seen[course]
    }
    taken = 0
    for theirs in LessonProgress.objects.filter(user=other).annotate(course=F("lesson__module__course")):
        own = mine.get(theirs.lesson_id)
        taken += theirs.completed_at is not None and (own is None or own.completed_at is None)
        if own is None:
            LessonProgress.objects.filter(pk=theirs.pk).update(user=user)
            continue
        own.started_at = min(own.started_at, theirs.started_at)
        if theirs.completed_at and (own.completed_at is None or theirs.completed_at < own.completed_at):
            own.completed_at, own.revision_id = theirs.completed_at, theirs.revision_id
        if theirs.course in later:
            own.block = theirs.block
        own.save()
    return taken


def take_watched(user: User, other: User) -> None:
    """The seconds of either, each once; the clocks are one, spent as far as the one that is spent further."""
    mine = {row.video_id: row for row in WatchedTime.objects.select_for_update().filter(user=user)}
    for theirs in WatchedTime.objects.select_for_update().filter(user=other):
        own = mine.get(theirs.video_id)
        if own is None:
            WatchedTime.objects.filter(pk=theirs.pk).update(user=user)
            continue
        bits, more = bytes(own.bits), bytes(theirs.bits)
        length = max(len(bits), len(more))
        union = int.from_bytes(bits, "little") | int.from_bytes(more, "little")
        own.bits, own.watched = union.to_bytes(length, "little"), union.bit_count()
        if theirs.updated_at > own.updated_at:
            own.position, own.updated_at = theirs.position, theirs.updated_at
        own.started_at = min(own.started_at, theirs.started_at)
        own.save()
    clock = WatchClock.objects.select_for_update().filter(user=other).first()
    if clock is None:
        return
    merged = WatchClock.objects.filter(user=user).update(version=F("version") + 1)
    if not merged:
        WatchClock.objects.filter(user=other).update(user=user, version=F("version") + 1)
    else:
        WatchClock.objects.filter(user=user, spent_until__lt=clock.spent_until).update(spent_until=clock.spent_until)


def take_checks(user: User, other: User) -> None:
    """The newest answer, and how often it was answered in all."""
    mine = {row.question_id: row for row in CheckAnswer.objects.filter(user=user)}
    for theirs in CheckAnswer.objects.filter(user=other):
        own = mine.get(theirs.question_id)
        if own is None:
            CheckAnswer.objects.filter(pk=theirs.pk).update(user=user)
        elif theirs.answered_at > own.answered_at:
            own.delete()
            CheckAnswer.objects.filter(pk=theirs.pk).update(user=user, times=own.times + theirs.times)
        else:
            CheckAnswer.objects.filter(pk=own.pk).update(times=own.times + theirs.times)


def take_cards(user: User, other: User) -> None:
    """Of one question the card that was rated last: it knows best what is remembered."""
    mine = {row.question_id: row for row in RecallCard.objects.filter(user=user)}
    for theirs in RecallCard.objects.filter(user=other):
        own = mine.get(theirs.question_id)
        if own is not None and (own.rated_on, own.reviews) >= (theirs.rated_on, theirs.reviews):
            continue
        if own is not None:
            own.delete()
        RecallCard.objects.filter(pk=theirs.pk).update(user=user)


def take_notes(user: User, other: User) -> int:
    """Every note and highlight; a bookmark where there is none yet."""
    taken = 0
    keys = set(Note.objects.filter(user=user).values_list("key", flat=True))
    for theirs in Note.objects.filter(user=other):
        here = Note.objects.filter(user=user, lesson=theirs.lesson_id, block=theirs.block, kind=theirs.kind)
        same = Q(second=theirs.second) if theirs.second is not None else Q(second=None, place=theirs.place)
        if theirs.kind == "bookmark" and here.filter(same).exists():
            continue
        key = uuid4() if theirs.key in keys else theirs.key
        Note.objects.filter(pk=theirs.pk).update(user=user, key=key)
        taken += 1
    return taken
