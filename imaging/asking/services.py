"""How a reader comes by additional views: asked for, made by a worker, shown at a full step of time.

Nothing that is true of a study decides whether a view may be asked for, how large it is or when it is shown.
"""

from datetime import datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from core.enqueue import enqueue
from core.retry import describe
from imaging.asking.errors import AskedAlready, NoMoreViews, NoPlace, NotPossible
from imaging.asking.models import MAGNIFICATIONS, STEP, AskedRegion, AskedStatus, AskedView
from imaging.reading.errors import NoSuchView, OutsideImage
from imaging.reading.models import Reading
from imaging.reading.services import hold_reading, is_inside
from imaging.studies.generating import MadeExtra, make_extra
from imaging.studies.models import Finding, Projection, StudySource, View
from imaging.studies.pyramids import Pyramid, name_folder, remove_pyramid, store_pyramid
from imaging.studies.services import keep_view
from imaging.synthesis import BadRecipe

MOST_ASKED = 4
"""Of one reading."""
LEASE = timedelta(minutes=4)
"""More than a view may take."""
MOST_STARTS = 3
MAKE = "imaging.asking.tasks.make_next_view"


# --- Asking -------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_lateral(*, reading: Reading, side: str) -> AskedView:
    """A true lateral view of one side.

    Raises ReadingLocked, StudyWithdrawn, NotPossible, NoMoreViews and AskedAlready.
    """
    held = _hold(reading)
    asked = held.asked.filter(side=side, projection=Projection.ML).first()
    if asked and not asked.is_failed:
        raise AskedAlready
    if asked:
        asked.delete()
    return _add(held, side=side, projection=Projection.ML)


@transaction.atomic
def ask_for_magnification(*, reading: Reading, view: str, x: float, y: float) -> AskedView:
    """A magnification around a place, in pixels of a screening view. Raises as the above, NoPlace and OutsideImage."""
    held = _hold(reading)
    found = held.study.views.filter(key=view).first()
    if found is None:
        raise NoPlace if held.asked.filter(view__key=view).exists() else NoSuchView
    if not is_inside(found, x, y):
        raise OutsideImage
    projection = MAGNIFICATIONS[Projection(found.projection)]
    alike = held.asked.filter(side=found.side, projection=projection)
    if alike.exclude(status=AskedStatus.FAILED).filter(x=x, y=y).exists():
        raise AskedAlready
    last = alike.order_by("-number").values_list("number", flat=True).first() or 0
    return _add(held, side=found.side, projection=projection, number=last + 1, x=x, y=y)


def _hold(reading: Reading) -> Reading:
    held = hold_reading(reading)
    if held.study.source != StudySource.SYNTHETIC:
        raise NotPossible
    return held


def _add(reading: Reading, **fields: object) -> AskedView:
    if reading.asked.exclude(status=AskedStatus.FAILED).count() >= MOST_ASKED:
        raise NoMoreViews(MOST_ASKED)
    asked: AskedView = AskedView.objects.create(reading=reading, **fields)
    enqueue(MAKE)
    return asked


# --- Making -------------------------------------------------------------------------------------------


class LeaseLost(Exception):
    """Another worker has it now, or the reading was locked without it."""


def make_next_view() -> bool:
    """Make the view that has waited longest. False where none waits, or one is being made."""
    asked = _claim()
    if asked is None:
        return False
    try:
        made = make_extra(asked.reading.study.recipe, side=asked.side, spot=_spot_of(asked))
        pyramid = store_pyramid(made.pixels)
    except BadRecipe as error:
        _fail(_held(asked), describe(error))
        return True
    except BaseException as error:
        _give_back(asked, is_counted=not isinstance(error, OSError | MemoryError))
        raise
    try:
        _keep(asked, made, pyramid)
    except LeaseLost:
        _remove_tiles({name_folder(made.pixels)})
    except BaseException:
        try:
            # Tiles of a lost lease may be those of whoever has the view now.
            if _held(asked).exists():
                _remove_tiles({name_folder(made.pixels)})
        finally:
            _give_back(asked, is_counted=False)
        raise
    return True


def _spot_of(asked: AskedView) -> tuple[str, float, float] | None:
    if asked.x is None or asked.y is None:
        return None
    base = next(base for base, magnified in MAGNIFICATIONS.items() if magnified == asked.projection)
    return base, asked.x, asked.y


def _claim() -> AskedView | None:
    waiting = AskedView.objects.filter(status=AskedStatus.WAITING).order_by("asked_at", "pk")
    pk = waiting.values_list("pk", flat=True).first()
    if pk is None:
        return None
    begun = {"status": AskedStatus.MAKING, "starts": F("starts") + 1, "lease_until": timezone.now() + LEASE}
    try:
        with transaction.atomic():
            claimed = waiting.filter(pk=pk).update(**begun)
    except IntegrityError:
        return None  # another one is being made, and who makes it goes on with the next
    return AskedView.objects.select_related("reading__study").get(pk=pk) if claimed else None


def _held(asked: AskedView) -> QuerySet[AskedView]:
    """The row, as long as this start of it is the last one."""
    return AskedView.objects.filter(pk=asked.pk, status=AskedStatus.MAKING, starts=asked.starts)


def _give_back(asked: AskedView, *, is_counted: bool) -> None:
    """The sweep starts it again; what the storage or the machine did is no fault of the view's, and does not count."""
    _held(asked).update(lease_until=timezone.now(), starts=F("starts") - (0 if is_counted else 1))


def _fail(rows: QuerySet[AskedView], error: str) -> None:
    rows.update(status=AskedStatus.FAILED, lease_until=None, error=error)


@transaction.atomic
def _keep(asked: AskedView, made: MadeExtra, pyramid: Pyramid) -> None:
    """Everything about it at once. The reading is held, so that it is locked with this view or without it."""
    Reading.objects.select_for_update().filter(pk=asked.reading_id).first()
    view = keep_view(made.named(asked.side, asked.projection), pyramid, key=asked.key, number=asked.number)
    now = timezone.now()
    ready = {"status": AskedStatus.READY, "view": view, "shown_from": step_after(asked.asked_at, now)}
    if not _held(asked).update(**ready, lease_until=None, error=""):
        raise LeaseLost
    findings = {
        each.number: each for each in Finding.objects.filter(truth__study=asked.reading.study, truth__version=1)
    }
    AskedRegion.objects.bulk_create(
        AskedRegion(asked=asked, finding=findings[number], **fields) for number, fields in made.regions.items()
    )


def step_after(asked_at: datetime, now: datetime) -> datetime:
    """The next full step, seen from the moment of asking."""
    return asked_at + max(ceil((now - asked_at) / STEP), 1) * STEP


def release_views() -> bool:
    """Take back what a worker left that was killed. Returns whether one waits, and none is being made."""
    gone = AskedView.objects.filter(status=AskedStatus.MAKING, lease_until__lt=timezone.now())
    _fail(gone.filter(starts__gte=MOST_STARTS), gettext("It could not be made in three tries."))
    gone.update(status=AskedStatus.WAITING, lease_until=None)
    if AskedView.objects.filter(status=AskedStatus.MAKING).exists():
        return False
    return AskedView.objects.filter(status=AskedStatus.WAITING).exists()


# --- Forgetting ---------------------------------------------------------------------------------------


def forget_views() -> int:
    """Images whose reading is gone, with their tiles. Returns how many."""
    gone = View.objects.filter(study=None, prior=None, asked=None)
    folders = set(gone.values_list("tiles", flat=True))
    count, _ = gone.delete()
    _remove_tiles(folders)
    return count


def _remove_tiles(folders: set[str]) -> None:
    """But for those that another view shows: the same place of the same study is the same image."""
    for folder in folders - set(View.objects.filter(tiles__in=folders).values_list("tiles", flat=True)):
        remove_pyramid(folder)
