"""Additional views: asked for by whoever reads, made by one worker at a time, and that reading's alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from escan.operations.backup.files import named_files
from imaging.asking import services, tasks
from imaging.asking.errors import AskedAlready, NoMoreViews, NoPlace, NotPossible
from imaging.asking.models import STEP
from imaging.asking.queries import list_views
from imaging.models import AskedRegion, AskedView, Finding, Mark, Reading, StudyKind, Truth, View
from imaging.reading.errors import NoSuchView, OutsideImage, ReadingLocked, StudyWithdrawn
from imaging.reading.judging import READING_FIELDS, score
from imaging.reading.queries import Reader, get_recent
from imaging.reading.services import Description, answer_reading, lock_reading, put_mark, start_reading
from imaging.scoring.hits import Outcome
from imaging.studies.pyramids import store_pyramid
from imaging.synthesis import BadRecipe
from tests.imaging.conftest import REAL, SQUARE

pytestmark = pytest.mark.usefixtures("no_pixels")


@pytest.fixture
def reader(learner_with_access) -> Reader:
    return Reader(learner_with_access)


@pytest.fixture
def reading(reader, study) -> Reading:
    return start_reading(reader=reader)


def ask_lateral(reading: Reading, side: str = "L") -> AskedView:
    return services.ask_for_lateral(reading=reading, side=side)


def ask_spot(reading: Reading, view: str = "lcc", x: float = 160, y: float = 190) -> AskedView:
    return services.ask_for_magnification(reading=reading, view=view, x=x, y=y)


def show(asked: AskedView) -> View:
    """Made, and its time has come."""
    assert services.make_next_view()
    AskedView.objects.filter(pk=asked.pk).update(shown_from=timezone.now())
    asked.refresh_from_db()
    assert asked.view
    return asked.view


def lock(reading: Reading, *, recall: bool = True) -> Reading:
    answer_reading(reading=reading, category="4B", recall=recall)
    return lock_reading(reading=reading)


def test_views_are_made_and_hang_beside_the_four(reading):
    asked = [ask_lateral(reading), ask_spot(reading), ask_spot(reading, "rmlo"), ask_spot(reading, x=20)]
    assert [each.label for each in asked] == ["L ML", "L MCC", "R MMLO", "L MCC 2"]
    for each in asked:
        show(each)
    assert not services.make_next_view()
    fresh = Reading.objects.get(pk=reading.pk)
    assert [view.key for view in list_views(fresh)][4:] == ["lml", "lmcc", "rmmlo", "lmcc2"]
    lateral, spot = (AskedView.objects.get(pk=each.pk).view for each in asked[:2])
    assert (lateral.rows, lateral.columns, lateral.mm_per_pixel) == (400, 320, 0.5)
    assert (spot.rows, spot.columns, spot.mm_per_pixel, spot.study) == (300, 300, 0.25, None)
    assert f"{lateral.tiles}/fit.webp" in named_files()
    assert default_storage.exists(f"{lateral.tiles}/fit.webp")
    # Nobody else meets them, nor what is known of them.
    assert reading.study.views.count() == 4
    assert Finding.objects.get().regions.count() == 2
    assert AskedRegion.objects.count() == 3


def test_view_is_shown_at_a_full_step_after_it_was_asked_for(reading):
    """How long it took would tell how much there was to draw."""
    asked = ask_lateral(reading)
    for seconds, expected in ((0.2, 10), (9, 10), (10.5, 20), (31, 40)):
        shown = services.step_after(asked.asked_at, asked.asked_at + timedelta(seconds=seconds))
        assert shown - asked.asked_at == timedelta(seconds=expected)
    services.make_next_view()
    asked.refresh_from_db()
    assert asked.shown_from == asked.asked_at + STEP
    assert asked.is_under_way
    assert len(list_views(reading)) == 4
    with pytest.raises(NoSuchView):
        put_mark(reading=reading, view="lml", x=5, y=5, description=Description(50))


def test_four_views_and_no_more_but_what_failed_is_not_counted(reading, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise BadRecipe("There is no density “e”.")

    with monkeypatch.context() as broken:
        broken.setattr(services, "make_extra", refuse)
        failed = ask_lateral(reading)
        services.make_next_view()
    failed.refresh_from_db()
    assert (failed.status, failed.error) == ("failed", "BadRecipe: There is no density “e”.")
    ask_lateral(reading)
    for x in (1, 2, 3):
        ask_spot(reading, x=x)
    with pytest.raises(NoMoreViews, match="at most 4"):
        ask_lateral(reading, "R")
    assert AskedView.objects.count() == 4


def test_bad_wishes_are_refused_and_change_nothing(reading, study, admin):
    ask_lateral(reading)
    ask_spot(reading)
    while services.make_next_view():
        pass
    AskedView.objects.update(shown_from=timezone.now())
    before = list(AskedView.objects.values())
    for error, wish in (
        (AskedAlready, lambda: ask_lateral(reading)),
        (AskedAlready, lambda: ask_spot(reading)),
        (OutsideImage, lambda: ask_spot(reading, x=-1)),
        (OutsideImage, lambda: ask_spot(reading, y=float("nan"))),
        (NoSuchView, lambda: ask_spot(reading, "nothing")),
        (NoPlace, lambda: ask_spot(reading, "lml")),
    ):
        with pytest.raises(error):
            wish()
    study.withdrawn_at, study.withdrawn_because = timezone.now(), "The key is wrong."
    study.save()
    with pytest.raises(StudyWithdrawn):
        ask_lateral(reading, "R")
    assert list(AskedView.objects.values()) == before


def test_study_that_no_generator_made_has_no_additional_views(reading, study):
    type(study).objects.update(**REAL)
    with pytest.raises(NotPossible):
        ask_lateral(reading)


def test_what_was_not_shown_before_the_lock_does_not_come(reading):
    shown, waiting = ask_lateral(reading), ask_lateral(reading, "R")
    show(shown)
    lock(reading)
    assert list(AskedView.objects.all()) == [shown]
    with pytest.raises(ReadingLocked):
        ask_spot(reading)
    assert not services.make_next_view()
    assert not AskedView.objects.filter(pk=waiting.pk).exists()


def test_lock_while_a_view_is_made_leaves_no_row_and_no_tiles(reading, monkeypatch):
    ask_lateral(reading)

    def lock_first(pixels):
        lock(reading)
        return store_pyramid(pixels)

    monkeypatch.setattr(services, "store_pyramid", lock_first)
    assert services.make_next_view()
    assert not AskedView.objects.exists()
    assert View.objects.count() == 4
    assert default_storage.listdir("tiles") == ([], [])


def test_mark_in_an_additional_view_hits_by_the_same_rule(reading):
    spot = show(ask_spot(reading))
    x, y = SQUARE[0]
    put_mark(reading=reading, view=spot.key, x=x - 19, y=y, description=Description(90))  # 4.75 mm beside it
    put_mark(reading=reading, view=spot.key, x=x - 21, y=y, description=Description(80))  # 5.25 mm
    locked = Reading.objects.prefetch_related(*READING_FIELDS).get(pk=lock(reading).pk)
    assert [judged.outcome for judged in score(locked).marks] == [Outcome.HIT, Outcome.OUTSIDE]
    assert [mark.finding_id is not None for mark in Mark.objects.order_by("pk")] == [True, False]


def test_what_only_an_additional_view_shows_counts_for_who_asked_for_it_alone(reader, study, client_for, other_learner):
    Finding.objects.get().regions.update(is_visible=False)
    other = Reading.objects.create(user=other_learner, study=study)
    mine = start_reading(reader=reader)
    show(ask_spot(mine))
    lock(other)
    lock(mine)
    found = {each.pk: score(each).is_positive for each in Reading.objects.prefetch_related(*READING_FIELDS)}
    assert found == {other.pk: None, mine.pk: True}
    assert [vars(each)["is_counted"] for each in get_recent(reader)] == [True]
    assert [vars(each)["is_counted"] for each in get_recent(Reader(other_learner))] == [False]


def test_what_is_known_of_an_additional_view_follows_a_newer_truth(reading, study):
    show(ask_spot(reading))
    first = Truth.objects.get()
    Truth.objects.update(is_current=False)
    newer = Truth.objects.create(
        study=study,
        version=2,
        kind=StudyKind.SUSPICIOUS,
        recall=True,
        categories=[],
        because="The distribution is linear.",
    )
    old = first.findings.get()
    same = Finding.objects.create(
        truth=newer, number=1, side="L", morphology=old.morphology, distribution="linear", warrants_recall=True
    )
    lock(reading)
    assert AskedRegion.objects.get().finding == same


def test_images_of_readings_that_are_gone_go_with_their_tiles(reading, reader, other_learner):
    mine = show(ask_lateral(reading))
    other = Reading.objects.create(user=other_learner, study=reading.study)
    same = show(ask_lateral(other))
    alone = show(ask_spot(other))
    assert (mine.tiles == same.tiles, services.forget_views()) == (True, 0)
    other.delete()
    assert services.forget_views() == 2
    assert (default_storage.exists(f"{mine.tiles}/fit.webp"), default_storage.exists(f"{alone.tiles}/fit.webp")) == (
        True,
        False,
    )


# --- Workers ------------------------------------------------------------------------------------------


def test_one_view_is_made_at_a_time(reading):
    first, second = ask_lateral(reading), ask_lateral(reading, "R")
    AskedView.objects.filter(pk=first.pk).update(status="making", lease_until=timezone.now() + timedelta(minutes=1))
    assert not services.make_next_view()
    assert not services.release_views()
    with pytest.raises(IntegrityError, match=r"one_asked_view_is_made|imaging_askedview\.status"), transaction.atomic():
        AskedView.objects.filter(pk=second.pk).update(status="making")


def test_view_that_ends_its_worker_three_times_fails(reading, monkeypatch):
    asked = ask_lateral(reading)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr(services, "make_extra", die)
    for _ in range(services.MOST_STARTS):
        with pytest.raises(SystemExit):
            services.make_next_view()
        services.release_views()
    asked.refresh_from_db()
    assert (asked.status, asked.error) == ("failed", "It could not be made in three tries.")


def test_full_disk_is_no_fault_of_the_view(reading, monkeypatch):
    asked = ask_lateral(reading)

    def fail(pixels: object) -> None:
        raise OSError("The disk is full")

    with monkeypatch.context() as full:
        full.setattr(services, "store_pyramid", fail)
        for _ in range(services.MOST_STARTS + 1):
            with pytest.raises(OSError, match="disk"):
                services.make_next_view()
            assert services.release_views()
    assert services.make_next_view()
    asked.refresh_from_db()
    assert asked.status == "ready"


def test_rows_that_are_not_kept_leave_no_tiles_and_the_view_is_made_again(reading, monkeypatch):
    """At once, and other views do not wait for it."""
    asked = ask_lateral(reading)

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("The connection is closed")

    with monkeypatch.context() as broken:
        broken.setattr(services, "keep_view", fail)
        for _ in range(services.MOST_STARTS + 1):
            with pytest.raises(OperationalError, match="connection"):
                services.make_next_view()
            assert default_storage.listdir("tiles") == ([], [])
            assert services.release_views()
    assert services.make_next_view()
    asked.refresh_from_db()
    assert (asked.status, asked.starts) == ("ready", 1)


def test_sweep_makes_what_a_lost_message_left(reading, django_capture_on_commit_callbacks):
    ask_lateral(reading)
    ask_lateral(reading, "R")
    with django_capture_on_commit_callbacks():
        tasks.sweep_asked_views()
    assert set(AskedView.objects.values_list("status", flat=True)) == {"ready"}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_eight_wishes_at_once_are_four_views(learner_with_access, make_study):
    make_study()
    reading = start_reading(reader=Reader(learner_with_access))
    gate = Barrier(8)

    def wish(number: int) -> bool:
        gate.wait(10)
        try:
            ask_spot(reading, x=number)
        except NoMoreViews:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(wish, range(8)))
    assert (sum(taken), AskedView.objects.count()) == (4, 4)
    assert sorted(AskedView.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
