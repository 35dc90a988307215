"""How studies come to be. The row is the event (decision 7): a sweep finds what a lost message left behind."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.models import User
from core.enqueue import enqueue
from core.retry import describe
from imaging.studies import seeds
from imaging.studies.errors import NotFailed, NotWithdrawable
from imaging.studies.generating import Made, MadeView, draw_recipes, draw_thirds, make
from imaging.studies.models import Finding, Prior, Region, Study, StudyPurpose, StudyStatus, Truth, View
from imaging.studies.pyramids import Pyramid, remove_pyramid
from imaging.studies.shipped import ShippedView, find_shipped, recipes_for_practice
from imaging.synthesis import BadRecipe, Recipe

LEASE = timedelta(minutes=10)
"""More than a study may take."""
# One that takes its worker down with it would do so for ever.
MOST_STARTS = 3
CHAIN = timedelta(minutes=2)
"""Who has made a study goes on with the next one within this time."""
MOST_ORDERED = 500
"""At once."""
MOST_WAITING = 12
MOST_A_DAY = 60
MOST_TIMES = 8
"""Of STUDIES: so many the academy makes at most, on demand, for each takes storage and ten seconds of a core."""
OPEN = 3
"""Studies for everybody, of whatever kind: of one of each kind, two that were told would tell the third."""


# --- Ordering -----------------------------------------------------------------------------------------


@transaction.atomic
def order_studies(*, count: int, by: User | None = None) -> int:
    """Rows for so many new studies, each of a seed of its own; a worker makes them. Returns how many."""
    studies = _add(count)
    if by is not None and studies:
        log(studies[0], "imaging.order_studies", user=by, data={"count": len(studies)})
    enqueue("imaging.studies.tasks.make_next_study")
    return len(studies)


@transaction.atomic
def order_on_demand(*, morphology: str = "", distribution: str = "") -> int:
    """For practice, where a reader has read every study of a skill: one of it, and one of each other kind.

    A third each, in an order by chance: neither how many are made nor when tells what one of them is. Nothing while
    enough are ordered, or as many as the academy may have. Returns how many were ordered.
    """
    _hold_table()
    practice = Study.objects.filter(purpose=StudyPurpose.PRACTICE)
    waiting = practice.filter(status__in=[StudyStatus.WAITING, StudyStatus.MAKING]).count()
    today = practice.filter(created_at__gt=timezone.now() - timedelta(days=1)).count()
    most = MOST_TIMES * settings.STUDIES
    if waiting >= MOST_WAITING or today >= settings.STUDIES + MOST_A_DAY or practice.count() >= most:
        return 0
    recipes = draw_thirds(morphology, distribution)
    studies = Study.objects.bulk_create(Study(seed=recipe.seed, recipe=recipe.to_dict()) for recipe in recipes)
    enqueue("imaging.studies.tasks.make_next_study")
    return len(studies)


def _add(count: int) -> list[Study]:
    """Those first that come with the academy (imaging.studies.shipped); the others by chance."""
    there = set(Study.objects.exclude(seed=None).values_list("seed", flat=True))
    count = min(count, MOST_ORDERED)
    recipes = [recipe for recipe in recipes_for_practice() if recipe.seed not in there][:count]
    recipes += draw_recipes(count - len(recipes))
    return Study.objects.bulk_create(Study(seed=recipe.seed, recipe=recipe.to_dict()) for recipe in recipes)


@transaction.atomic
def order_alike(*, recipes: list[dict[str, Any]], purpose: StudyPurpose) -> list[Study]:
    """A new study for each recipe, whose seed is drawn: the same descriptors in another breast. Raises BadRecipe."""
    drawn = [Recipe.from_dict({**recipe, "seed": seeds.draw_seed()}) for recipe in recipes]
    studies = Study.objects.bulk_create(
        Study(seed=recipe.seed, recipe=recipe.to_dict(), purpose=purpose) for recipe in drawn
    )
    enqueue("imaging.studies.tasks.make_next_study")
    return studies


@transaction.atomic
def order_missing() -> int:
    """What the academy lacks of the number that it shall have (the setting STUDIES); the sweep begins with them.

    Returns how many were ordered. What failed is counted: staff try it again, and a fault that lasts orders nothing
    without end.
    """
    _hold_table()
    missing: int = settings.STUDIES - Study.objects.synthetic().filter(purpose=StudyPurpose.PRACTICE).count()
    return len(_add(missing)) if missing > 0 else 0


def _hold_table() -> None:
    """Of two that order at once one comes after the other; this row stands for the table."""
    table = ContentType.objects.get_for_model(Study)
    ContentType.objects.select_for_update(no_key=True).get(pk=table.pk)


# --- Making -------------------------------------------------------------------------------------------


class LeaseLost(Exception):
    """Another worker has the study now."""


def make_next_study() -> bool:
    """Make the study whose turn it is. False where none waits, or one is being made."""
    study = _claim()
    if study is None:
        return False
    try:
        made: Made[Any] = find_shipped(study.recipe) or make(study.recipe)
    except BadRecipe as error:
        _held(study).update(status=StudyStatus.FAILED, error=describe(error), lease_until=None)
        return True
    except BaseException as error:
        _give_back(study, is_counted=not isinstance(error, OSError | MemoryError))
        raise
    try:
        _keep(study, made, [view.store() for view in made.views])
    except LeaseLost:
        return False  # and the tiles are those of whoever has the study now
    except BaseException:
        try:
            if _held(study).exists():
                for view in made.views:
                    remove_pyramid(view.folder)
        finally:
            _give_back(study, is_counted=False)
        raise
    return True


def _claim() -> Study | None:
    pk = _find_next()
    if pk is None:
        return None
    begun = {"status": StudyStatus.MAKING, "starts": F("starts") + 1, "lease_until": timezone.now() + LEASE}
    try:
        with transaction.atomic():
            claimed = Study.objects.filter(pk=pk, status=StudyStatus.WAITING).update(**begun)
    except IntegrityError:
        return None  # another one is being made, and who makes it goes on with the next
    return Study.objects.get(pk=pk) if claimed else None


def _find_next() -> int | None:
    """The first studies of practice, so that the room opens; then those that lessons wait for; then as ordered."""
    waiting = Study.objects.filter(status=StudyStatus.WAITING).order_by("pk").values_list("pk", flat=True)
    of_courses = waiting.filter(purpose=StudyPurpose.COURSE).first()
    if of_courses is None:
        return waiting.first()
    has_opened = Study.objects.for_practice().count() >= OPEN
    return of_courses if has_opened else waiting.filter(purpose=StudyPurpose.PRACTICE).first() or of_courses


def _held(study: Study) -> QuerySet[Study]:
    """The row, as long as this start of it is the last one."""
    return Study.objects.filter(pk=study.pk, status=StudyStatus.MAKING, starts=study.starts)


def _give_back(study: Study, *, is_counted: bool) -> None:
    """The sweep starts it again; what the storage or the machine did is no fault of the study's, and does not count."""
    _held(study).update(lease_until=timezone.now(), starts=F("starts") - (0 if is_counted else 1))


@transaction.atomic
def _keep(study: Study, made: Made[Any], pyramids: list[Pyramid]) -> None:
    """Files come first, so that no row names one that is not there; then everything about the study at once."""
    truth = Truth.objects.create(study=study, kind=made.kind, recall=made.recall, categories=made.categories)
    prior = Prior.objects.create(study=study, years=made.prior_years) if made.prior_years else None
    views = {
        view.key: keep_view(view, pyramid, **({"prior": prior} if view.is_prior else {"study": study}))
        for view, pyramid in zip(made.views, pyramids, strict=True)
    }
    for number, finding in enumerate(made.findings, 1):
        kept = Finding.objects.create(truth=truth, number=number, **finding.fields)
        Region.objects.bulk_create(
            Region(finding=kept, view=views[region.view], **region.fields) for region in finding.regions
        )
    ready = {"status": StudyStatus.READY, "made_at": timezone.now(), "lease_until": None, "error": ""}
    if not _held(study).update(**ready, is_open=_shall_be_open(study)):
        raise LeaseLost


def keep_view(view: MadeView | ShippedView, pyramid: Pyramid, *, key: str = "", **fields: Any) -> View:
    """The row of an image whose tiles are stored."""
    return View.objects.create(
        **fields,
        key=key or view.key,
        side=view.side,
        projection=view.projection,
        rows=view.rows,
        columns=view.columns,
        mm_per_pixel=view.mm_per_pixel,
        tiles=pyramid.folder,
        levels=pyramid.levels,
        outline=view.outline,
    )


def _shall_be_open(study: Study) -> bool:
    """The first ones are for everybody."""
    if study.purpose != StudyPurpose.PRACTICE:
        return False
    return Study.objects.for_practice().filter(is_open=True).count() < OPEN


def release_studies() -> bool:
    """Take back what a worker left that was killed. Returns whether one waits, and nobody is at work on them."""
    now = timezone.now()
    gone = Study.objects.filter(status=StudyStatus.MAKING, lease_until__lt=now)
    gone.filter(starts__gte=MOST_STARTS).update(
        status=StudyStatus.FAILED, lease_until=None, error=gettext("It could not be made in three tries.")
    )
    gone.update(status=StudyStatus.WAITING, lease_until=None)
    if Study.objects.filter(Q(status=StudyStatus.MAKING) | Q(made_at__gt=now - CHAIN)).exists():
        return False
    return Study.objects.filter(status=StudyStatus.WAITING).exists()


# --- What staff do ------------------------------------------------------------------------------------


@transaction.atomic
def withdraw_study(*, study_id: int, because: str, by: User) -> None:
    """Nobody is given it any more; readings of it are kept, and count in no figure. Raises NotWithdrawable."""
    study = Study.objects.select_for_update().get(pk=study_id)
    if study.is_withdrawn:
        raise NotWithdrawable
    study.withdrawn_at, study.withdrawn_because = timezone.now(), because
    study.save(update_fields=["withdrawn_at", "withdrawn_because"])
    if study.is_open:
        _open_another()
    enqueue("imaging.practice.tasks.rebuild_practice")
    log(study, "imaging.withdraw_study", user=by, data={"reason": because})


def _open_another() -> None:
    """So that strangers have as many to read as before; its kind does not matter, or it would be known.

    A real case is not opened by itself: whoever signed for it had learners in mind.
    """
    if other := Study.objects.for_practice().synthetic().filter(is_open=False).first():
        Study.objects.filter(pk=other.pk).update(is_open=True)


@transaction.atomic
def retry_study(*, study_id: int, by: User) -> None:
    """Raises NotFailed."""
    failed = Study.objects.filter(pk=study_id, status=StudyStatus.FAILED)
    if not failed.update(status=StudyStatus.WAITING, error="", starts=0):
        raise NotFailed
    log(Study.objects.get(pk=study_id), "imaging.retry_study", user=by)
    enqueue("imaging.studies.tasks.make_next_study")
