"""What becomes of test sets. Rows are locked in this order: the learner, the set, the attempt, its readings."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from accounts.queries import has_access
from core.enqueue import enqueue
from imaging.reading.judging import READING_FIELDS, score
from imaging.reading.models import Reading
from imaging.scoring.performance import measure_shares
from imaging.scoring.shares import Share
from imaging.studies.models import StudyPurpose
from imaging.studies.services import order_alike
from imaging.synthesis import Recipe
from imaging.testsets.errors import CasesBeingMade, CasesLeft, HandedInAlready, NoFreshCases, SetClosed
from imaging.testsets.models import SetAttempt, SetCase, SetConsent, TestSet
from imaging.testsets.queries import (
    choose_edition,
    is_given_up,
    is_readable,
    is_wanted,
    list_current_cases,
    list_lacking_editions,
    may_try_again,
)

WRITTEN = {"title", "summary", "course", "least_sensitivity", "least_specificity"}
"""What the file of a set says beside its cases."""
EDITIONS_A_DAY = 3
"""Of one set: an edition takes some minutes of a processor, and any reader may be the one who needs it."""


@transaction.atomic
def upsert_test_set(*, slug: str, cases: list[dict[str, Any]], **fields: Any) -> TestSet:
    """By its file. Other cases begin with a new edition; attempts at earlier ones stay as they are.

    Raises BadRecipe, ValidationError, and TypeError with the names of fields that its file has and a set has not.
    """
    if unknown := fields.keys() - WRITTEN:
        raise TypeError(", ".join(sorted(unknown)))
    known = [_without_seed(Recipe.from_dict({**case, "seed": 0})) for case in cases]
    found = TestSet.objects.select_for_update().filter(slug=slug).first() or TestSet(slug=slug)
    if found.pk and found.cases != known and (last := found.editions.order_by("-edition").first()):
        found.first_edition = last.edition + 1
    found.cases = known
    for name, value in fields.items():
        setattr(found, name, value)
    found.full_clean()
    found.save()
    return found


def _without_seed(recipe: Recipe) -> dict[str, Any]:
    return {key: value for key, value in recipe.to_dict().items() if key != "seed"}


# --- Editions -----------------------------------------------------------------------------------------


@transaction.atomic
def prepare_edition(*, test_set_id: int, edition: int) -> int:
    """Order what this edition lacks: all of it, or what takes the place of a study that cannot be read.

    Returns how many were ordered. Raises NoFreshCases.
    """
    test_set = TestSet.objects.select_for_update().get(pk=test_set_id)
    current = {case.number: case for case in list_current_cases(test_set, edition)}
    if not current and _are_many_new(test_set):
        raise NoFreshCases
    lacking = [
        number
        for number in range(1, test_set.size + 1)
        if number not in current or (not is_wanted(current[number]) and may_try_again(current[number]))
    ]
    if not lacking:
        return 0
    SetCase.objects.filter(test_set=test_set, edition=edition, number__in=lacking).update(is_current=False)
    recipes = [test_set.cases[number - 1] for number in lacking]
    studies = order_alike(recipes=recipes, purpose=StudyPurpose.TEST_SET)
    SetCase.objects.bulk_create(
        SetCase(test_set=test_set, edition=edition, number=number, study=study)
        for number, study in zip(lacking, studies, strict=True)
    )
    return len(lacking)


def prepare_edition_for(*, user: User, test_set: TestSet) -> None:
    """That of the reader's next attempt, where none is open. Raises SetClosed, NoFreshCases."""
    if not has_access(user):
        raise SetClosed
    if not SetAttempt.objects.open().filter(user=user, test_set=test_set).exists():
        prepare_edition(test_set_id=test_set.pk, edition=choose_edition(user, test_set))


def _are_many_new(test_set: TestSet) -> bool:
    """What takes the place of a case in an older edition is no new edition."""
    editions = (
        SetCase.objects.filter(test_set=test_set).order_by().values("edition").annotate(made_at=Min("ordered_at"))
    )
    return editions.filter(made_at__gt=timezone.now() - timedelta(days=1)).count() >= EDITIONS_A_DAY


def mend_editions() -> None:
    """What was ordered and cannot be read is ordered again: the sweep's part."""
    for test_set, edition in list_lacking_editions():
        prepare_edition(test_set_id=test_set, edition=edition)


# --- Attempts -----------------------------------------------------------------------------------------


@transaction.atomic
def begin_attempt(*, user: User, test_set: TestSet) -> SetAttempt:
    """The attempt that is open, or one at the next edition, with a reading of each case in an order by chance.

    It has fewer cases where some could not be made in all their tries. Raises SetClosed, CasesBeingMade.
    """
    if not has_access(user):
        raise SetClosed
    # Two clicks at once begin one attempt.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if begun := SetAttempt.objects.open().filter(user=user, test_set=test_set).first():
        return begun
    edition = choose_edition(user, test_set)
    current = list_current_cases(test_set, edition)
    cases = [case for case in current if is_readable(case)]
    if not cases or len(cases) + sum(is_given_up(case) for case in current) < test_set.size:
        raise CasesBeingMade
    attempt = SetAttempt.objects.create(
        user=user,
        test_set=test_set,
        edition=edition,
        least_sensitivity=test_set.least_sensitivity,
        least_specificity=test_set.least_specificity,
    )
    secrets.SystemRandom().shuffle(cases)
    Reading.objects.bulk_create(Reading(user=user, study_id=case.study_id, attempt=attempt) for case in cases)
    return attempt


@transaction.atomic
def hand_in(*, attempt: SetAttempt) -> SetAttempt:
    """From now on its reader may know the truth of each case, and the result stands.

    Studies that were withdrawn meanwhile leave the count, as does what no view shows. Raises HandedInAlready and
    CasesLeft.
    """
    # As the lock of a reading does.
    User.objects.select_for_update(no_key=True).get(pk=attempt.user_id)
    held = SetAttempt.objects.select_for_update().get(pk=attempt.pk)
    if held.is_handed_in:
        raise HandedInAlready
    readings = list(held.readings.select_related("study", "truth").prefetch_related(*READING_FIELDS).order_by("pk"))
    present = [reading for reading in readings if not reading.study.is_withdrawn]
    if left := sum(not reading.is_locked for reading in present):
        raise CasesLeft(left)
    scores = [score(reading) for reading in present if reading.is_first]
    shares = measure_shares([each for each in scores if each.is_positive is not None])
    held.recalled, held.positive = shares.sensitivity.count, shares.sensitivity.n
    held.left_alone, held.negative = shares.specificity.count, shares.specificity.n
    held.left_out = len(readings) - shares.cases
    held.is_passed = _reaches(shares.sensitivity, held.least_sensitivity) and _reaches(
        shares.specificity, held.least_specificity
    )
    held.handed_in_at = timezone.now()
    held.save()
    if not held.is_passed:
        # Ready, or nearly so, for whoever tries again.
        enqueue("imaging.testsets.tasks.prepare_next_edition", held.pk)
    return held


def _reaches(share: Share, percent: int) -> bool:
    """Without cases there is nothing to reach."""
    return share.n > 0 and 100 * share.count >= percent * share.n


# --- Consent ------------------------------------------------------------------------------------------


def give_consent(*, user: User, test_set: TestSet) -> None:
    """Teachers may see this reader's results of the set with the name. What is given twice is given once."""
    SetConsent.objects.get_or_create(user=user, test_set=test_set)


def take_back_consent(*, user: User, test_set: TestSet) -> None:
    """From now on the reader's results are in counts alone."""
    SetConsent.objects.filter(user=user, test_set=test_set).delete()
