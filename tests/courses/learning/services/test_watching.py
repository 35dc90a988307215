"""Watched time: nothing is gained by any request, and an honest learner loses nothing."""

import itertools
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.learning.errors import NoSuchVideo, NotWatched
from courses.learning.seconds import required_of, to_bits, to_runs
from courses.learning.services import reading, watching
from courses.learning.services.watching import BURST, MAX_RATE, Report, State, record_watched
from courses.models import LessonProgress, VideoStatus, WatchClock, WatchedTime
from courses.writing.published import LessonVideo
from tests.course_fixtures import block_id, put_video, text_of

HOUR = 3600
START = datetime(2026, 5, 1, 10, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """The server's clock: seconds since the start, until told otherwise."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: START + timedelta(seconds=seconds))

    set_to(0)
    return set_to


@pytest.fixture
def video(course):
    return put_video("second-look", seconds=HOUR)


@pytest.fixture
def send(learner_with_access, video):
    def report(*runs, batch=None, position=None, of=video, user=learner_with_access):
        told = Report(batch or uuid4(), list(runs), position)
        text, block = text_of("second-look"), block_id("second-look", 0)
        return record_watched(user=user, text=text, block=block, video_id=of.pk, report=told)

    return report


# --- One learner, one video --------------------------------------------------------------------------


def test_first_report_is_trimmed_to_the_burst(send, clock, learner_with_access):
    watched = send((0, HOUR), position=9)
    assert (watched.runs, watched.seconds, watched.left) == ([(0, BURST)], BURST, required_of(HOUR) - BURST)
    row = WatchedTime.objects.get()
    assert (row.user, row.watched, row.position, row.started_at) == (learner_with_access, BURST, 9, START)
    assert LessonProgress.objects.get().block == block_id("second-look", 0)


def test_time_that_passed_pays_for_what_was_watched_offline(send, clock):
    send()
    clock(600)
    assert send((0, HOUR)).runs == [(0, 600 * MAX_RATE + BURST)]


def test_replayed_batch_changes_nothing(send, clock):
    batch = uuid4()
    send((0, HOUR), batch=batch, position=20)
    before = WatchedTime.objects.values().get()
    clock(60)
    assert send((0, HOUR), batch=batch, position=0).runs == [(0, BURST)]
    assert WatchedTime.objects.values().get() == before
    assert send((0, HOUR)).seconds == BURST + 60 * MAX_RATE


def test_a_clock_set_back_gains_nothing_and_takes_nothing(send, clock):
    clock(1000)
    send((0, 20))
    clock(0)
    assert send((20, HOUR)).runs == [(0, 20)]
    clock(1010)
    assert send((20, 60)).runs == [(0, 60)]


def test_watching_one_half_twice_is_one_half(send, clock):
    send()
    clock(10_000)
    assert send((0, HOUR // 2)).seconds == HOUR // 2
    assert send((0, HOUR // 2)).seconds == HOUR // 2


def test_seconds_past_the_end_are_left_out(send, clock):
    send()
    clock(HOUR)
    watched = send((3590, 999_999))
    assert (watched.runs, WatchedTime.objects.get().position) == ([(3590, 3600)], 0)


@pytest.mark.parametrize("status", [VideoStatus.WAITING, VideoStatus.ENCODING, VideoStatus.FAILED])
def test_video_that_is_not_ready_is_refused(send, course, status):
    other = put_video("second-look", seconds=60, status=status)
    with pytest.raises(NoSuchVideo):
        send((0, 10), of=other)
    assert not WatchedTime.objects.exists()


def test_video_of_another_lesson_is_refused(send, course):
    with pytest.raises(NoSuchVideo):
        send((0, 10), of=put_video("first-look", seconds=60))
    assert not (WatchedTime.objects.exists() or WatchClock.objects.exists() or LessonProgress.objects.exists())


def test_place_that_has_left_the_text_costs_no_second(send, learner_with_access, video):
    send()
    watched = record_watched(
        user=learner_with_access,
        text=text_of("second-look"),
        block=str(UUID(int=0)),
        video_id=video.pk,
        report=Report(uuid4(), [(0, 10)]),
    )
    assert watched.runs == [(0, 10)]
    assert LessonProgress.objects.get().block == block_id("second-look", 0)


@pytest.mark.parametrize("slipping_in", ["_read_clock", "_read_video"])
def test_first_reports_of_two_tabs_add_up_whenever_the_other_slips_in(send, clock, monkeypatch, slipping_in):
    read = getattr(watching, slipping_in)
    slipped: list[bool] = []

    def read_and_let_the_other_in(**arguments):
        told = read(**arguments)
        if not slipped:
            slipped.append(True)
            assert send((0, 12)).runs == [(0, 12)]
        return told

    monkeypatch.setattr(watching, slipping_in, read_and_let_the_other_in)
    assert send((100, 110)).runs == [(0, 12), (100, 110)]
    assert len(WatchedTime.objects.get().batches) == 2


def test_another_learner_has_bits_of_their_own(send, clock, other_learner):
    send((0, 10))
    assert send((20, 25), user=other_learner).runs == [(20, 25)]
    assert send().runs == [(0, 10)]


# --- Many videos, many requests ----------------------------------------------------------------------


def test_ten_tabs_earn_three_seconds_a_second_and_each_its_burst(send, clock, video):
    originals = [video, *(put_video("second-look", seconds=HOUR) for _ in range(9))]
    for video in originals:
        send(of=video)
    clock(100)
    total = sum(send((0, HOUR), of=video).seconds for video in originals)
    assert total == 100 * MAX_RATE + 10 * BURST


def test_time_saved_on_one_video_does_not_pay_for_another(send, clock, video):
    send()
    clock(HOUR)
    assert send((0, HOUR), of=put_video("second-look", seconds=HOUR)).seconds == BURST


def test_an_hour_takes_a_third_of_an_hour_whatever_is_sent(send, clock, video, learner_with_access):
    batch = uuid4()
    for second in range(0, HOUR // MAX_RATE, 60):
        clock(second)
        send((0, HOUR))
        send((0, HOUR), batch=batch)
        send(*[(start, start + 1) for start in range(0, HOUR, 12)], (HOUR - 1, 10**6), (5, HOUR))
        send((0, HOUR), position=HOUR)
    clock(HOUR / MAX_RATE - 0.001)
    assert send((0, HOUR)).seconds == required_of(HOUR) - 1
    with pytest.raises(NotWatched, match="1 second of “Video of second-look”"):
        reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    assert LessonProgress.objects.get().completed_at is None
    clock(HOUR / MAX_RATE)
    assert (send((0, HOUR)).seconds, send().left) == (HOUR, 0)
    reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    assert LessonProgress.objects.get().completed_at is not None


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_parallel_requests_lose_nothing_and_gain_nothing(send, video, learner_with_access):
    began = timezone.now()
    originals = [video, put_video("second-look", seconds=HOUR)]
    text, block = text_of("second-look"), block_id("second-look", 0)
    turns = itertools.count()
    barrier = threading.Barrier(16)
    failed: list[Exception] = []

    def act() -> None:
        barrier.wait()
        try:
            for _ in range(5):
                turn = next(turns)
                report = Report(uuid4(), [(turn, turn + 1)] if turn % 4 else [(1000, HOUR)])
                video = originals[turn % 2]
                record_watched(user=learner_with_access, text=text, block=block, video_id=video.pk, report=report)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    elapsed = (timezone.now() - began).total_seconds()
    assert WatchClock.objects.get().version == 80
    total = sum(WatchedTime.objects.values_list("watched", flat=True))
    assert 2 * BURST <= total <= 2 * BURST + MAX_RATE * elapsed


# --- By property, without a database: what `record_watched` does between its read and its write -----------


class Ledger:
    """A learner and one video; `report` is a request at a moment of the server's clock."""

    def __init__(self, length: int) -> None:
        self.video = LessonVideo(1, "LessonVideo", length)
        self.state: State | None = None
        self.began = START

    def report(self, at: float, runs: list[tuple[int, int]]) -> int:
        now = START + timedelta(seconds=at)
        if self.state is None:
            self.began = now
            self.state = State(0, now - timedelta(seconds=BURST / MAX_RATE), now)
        gained = watching._gain(self.state, video=self.video, runs=runs, now=now)
        clock, _ = watching._writes(self.state, video=self.video, gained=gained, report=Report(uuid4(), runs), now=now)
        self.state.spent_until = clock.spent_until
        self.state.bits |= gained
        return self.state.bits


second = st.integers(-50, 700)
some_runs = st.lists(st.tuples(second, second), max_size=6)
reports = st.lists(st.tuples(st.floats(0, 300), some_runs), min_size=1, max_size=12)


@given(st.integers(1, 600), reports)
def test_bits_never_go_back_and_the_clock_is_never_outrun(length, sent):
    ledger, before, latest = Ledger(length), 0, 0.0
    for at, runs in sent:
        bits = ledger.report(at, runs)
        latest = max(latest, at)
        assert bits & before == before
        assert bits & ~to_bits([(0, length)], length=length) == 0
        elapsed = (START + timedelta(seconds=latest) - ledger.began).total_seconds()
        assert bits.bit_count() <= MAX_RATE * elapsed + BURST
        if MAX_RATE * elapsed < length:
            assert bits.bit_count() < required_of(length)
        before = bits


@given(st.integers(1, 600), st.lists(some_runs, min_size=1, max_size=6), st.randoms())
def test_order_and_repetition_do_not_matter_once_time_has_passed(length, sent, chance):
    one, other = Ledger(length), Ledger(length)
    mixed = [*sent, *sent]
    chance.shuffle(mixed)
    for ledger, batches in ((one, sent), (other, mixed)):
        ledger.report(0, [])
        for runs in batches:
            ledger.report(1000, runs)
    assert one.report(1000, []) == other.report(1000, [])
    assert one.report(1000, []) == to_bits([run for runs in sent for run in runs], length=length)


@settings(max_examples=60)
@given(
    st.integers(1, 900),
    st.floats(0.5, 3),
    st.lists(st.floats(0.1, 120), min_size=1, max_size=8),
    st.lists(st.floats(0, 20), min_size=1, max_size=5),
)
def test_honest_viewing_ends_at_100_percent(length, rate, pauses, delays):
    """Reports at any distance, each late by its own delay; what does not stand is sent again."""
    ledger, at, played, bits = Ledger(length), 0.0, 0, 0
    pause, delay = itertools.cycle(pauses), itertools.cycle(delays)
    ledger.report(next(delay), [])
    arrived = 0.0
    while played < length:
        at += next(pause)
        played = min(length, int(at * rate))
        arrived = max(arrived, at + next(delay))
        bits = ledger.report(arrived, to_runs(to_bits([(0, played)], length=length) & ~bits))
    for again in range(1, 4):  # the page stays open, or the next one sends the rest
        bits = ledger.report(arrived + 15 * again, to_runs(to_bits([(0, length)], length=length) & ~bits))
    assert bits.bit_count() == length
