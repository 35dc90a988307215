"""Watched time: what a learner's browser says that it played, merged as far as the server's own clock allows it.

The browser is believed which seconds were played, and never how long that took (decision 22).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from courses.learning.errors import NoSuchVideo
from courses.learning.models import LessonProgress, WatchClock, WatchedTime
from courses.learning.seconds import Run, first_of, pack, required_of, to_bits, to_runs, unpack
from courses.learning.services.reading import complete_when_done, has_place
from courses.learning.services.statements import ClockWrite, WatchedWrite, write_progress
from courses.writing.models import LessonRendering
from courses.writing.published import LessonVideo, get_videos_of

# The fastest that the player plays, in seconds of video a second.
MAX_RATE = 3
# Seconds of video, once a video: for reports that arrive sooner after each other than they were made.
BURST = 30
# Time that was not spent is kept for reports made offline; no longer than this.
KEPT_TIME = timedelta(days=1)
BATCHES_KEPT = 20


@dataclass(frozen=True)
class Report:
    """One report of a browser: the runs of a video that it played since the one before."""

    batch: UUID
    runs: list[Run]
    position: int | None = None


@dataclass(frozen=True)
class Watched:
    """What stands of a video. The browser sends again what is missing in it."""

    length: int
    bits: int
    gained: int = 0
    """Of these bits, the ones that are new."""

    @property
    def runs(self) -> list[Run]:
        return to_runs(self.bits)

    @property
    def seconds(self) -> int:
        return self.bits.bit_count()

    @property
    def left(self) -> int:
        """Seconds still to watch before the video counts as watched."""
        return max(0, required_of(self.length) - self.seconds)

    @property
    def has_become_enough(self) -> bool:
        """By this very report."""
        return not self.left and self.seconds - self.gained.bit_count() < required_of(self.length)


@dataclass
class State:
    """A learner's clock and one of their videos, as they stood at one moment."""

    version: int
    spent_until: datetime
    started_at: datetime
    bits: int = 0
    position: int = 0
    batches: tuple[str, ...] = ()


def record_watched(*, user: User, text: LessonRendering, block: str | None, video_id: int, report: Report) -> Watched:
    """Merge a report into what the learner has watched, and remember the place. Two statements, one of them a write.

    The report by which a video has been watched may complete the lesson, and takes more.

    Never refused and never taken back: what the clock does not allow yet is left out and can be sent again.
    A report that was merged before writes nothing. Without a block the place stays where it is, as it does where the
    block has left the text. Raises NoSuchVideo where the video is not in it, or not ready.
    """
    video = next((each for each in get_videos_of(text.lesson.pk) if each.pk == video_id), None)
    if video is None:
        raise NoSuchVideo
    if block is not None and not has_place(text, block):
        block = _get_place(user, text)
    watched = _merge(user=user, text=text, block=block, video=video, report=report)
    if watched is None:  # another tab or device was quicker: once more, in turn
        with transaction.atomic():
            WatchClock.objects.select_for_update().get(user=user)
            watched = _merge(user=user, text=text, block=block, video=video, report=report)
    if watched is None:
        raise AssertionError("a clock changed while its row was locked")
    if watched.has_become_enough:
        complete_when_done(user=user, text=text)
    return watched


def _get_place(user: User, text: LessonRendering) -> str:
    """Where the learner was before."""
    kept = LessonProgress.objects.filter(user=user, lesson=text.lesson).values_list("block", flat=True)
    return kept.first() or ""


def _merge(
    *, user: User, text: LessonRendering, block: str | None, video: LessonVideo, report: Report
) -> Watched | None:
    """None, with nothing written of the video, where the learner's clock was changed meanwhile."""
    now = timezone.now()
    state = _read(user=user, video=video, now=now)
    if str(report.batch) in state.batches:
        return Watched(video.seconds, state.bits)
    gained = _gain(state, video=video, runs=report.runs, now=now)
    clock, video_write = _writes(state, video=video, gained=gained, report=report, now=now)
    if not write_progress(user_id=user.pk, text=text, block=block, now=now, clock=clock, watched=video_write):
        return None
    return Watched(video.seconds, state.bits | gained, gained)


def _read(*, user: User, video: LessonVideo, now: datetime) -> State:
    if (state := _read_video(user=user, video=video)) is not None:
        return state
    version, spent_until = _read_clock(user=user, now=now)
    # Another tab may have begun the video since: whoever comes after this look changes the version that is known now.
    if (state := _read_video(user=user, video=video)) is not None:
        return state
    # The burst of a video that is new is time of the learner, too.
    return State(version, min(spent_until, now) - timedelta(seconds=BURST / MAX_RATE), now)


def _read_video(*, user: User, video: LessonVideo) -> State | None:
    row = (
        WatchedTime.objects.filter(user=user, video_id=video.pk)
        .annotate(version=F("user__watch_clock__version"), spent_until=F("user__watch_clock__spent_until"))
        .values_list("version", "spent_until", "started_at", "bits", "position", "batches")
        .first()
    )
    if row is None:
        return None
    version, spent_until, started_at, bits, position, batches = row
    return State(version, spent_until, started_at, unpack(bytes(bits)), position, tuple(batches))


def _read_clock(*, user: User, now: datetime) -> tuple[int, datetime]:
    clock = WatchClock.objects.filter(user=user).first()
    return (clock.version, clock.spent_until) if clock else (0, now)


def _gain(state: State, *, video: LessonVideo, runs: Iterable[Run], now: datetime) -> int:
    """The new seconds that both clocks pay for: the video's, which runs since its first report, and the learner's."""
    new = to_bits(runs, length=video.seconds) & ~state.bits
    by_learner = MAX_RATE * (now - _spent_until(state, now)).total_seconds()
    by_video = _video_allows(video.seconds, elapsed=now - state.started_at) - state.bits.bit_count()
    # A third of a second is no whole number of microseconds.
    return first_of(new, max(0, min(int(by_learner + 0.001), by_video)))


def _video_allows(length: int, *, elapsed: timedelta) -> int:
    """How many seconds of a video can have been watched so long after it was begun.

    The burst forgives what arrives late; it never finishes a video in less than its length at the greatest speed.
    """
    played = int(MAX_RATE * max(0.0, elapsed.total_seconds()))
    return length if played >= length else min(played + BURST, required_of(length) - 1)


def _spent_until(state: State, now: datetime) -> datetime:
    return max(state.spent_until, now - KEPT_TIME - timedelta(seconds=BURST / MAX_RATE))


def _writes(
    state: State, *, video: LessonVideo, gained: int, report: Report, now: datetime
) -> tuple[ClockWrite, WatchedWrite]:
    bits = state.bits | gained
    spent = _spent_until(state, now) + timedelta(seconds=gained.bit_count() / MAX_RATE)
    position = state.position if report.position is None else min(report.position, video.seconds)
    return ClockWrite(spent_until=spent, version=state.version), WatchedWrite(
        video_id=video.pk,
        bits=pack(bits, length=max(video.seconds, bits.bit_length())),
        watched=bits.bit_count(),
        position=position,
        batches=json.dumps([*state.batches, str(report.batch)][-BATCHES_KEPT:]),
        started_at=state.started_at,
    )
