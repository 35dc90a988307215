"""Editions, attempts, the rule, and what studies that are withdrawn do to them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imaging import models
from imaging.performance.queries import get_performance
from imaging.reading.queries import Reader
from imaging.studies.services import withdraw_study
from imaging.testsets import errors, services, tasks
from imaging.testsets.queries import MOST_TRIES, get_cases, get_progress, has_passed
from tests.imaging.reading.test_services import at_once
from tests.imaging.testsets.conftest import CASES, begin, lock_all, make_images


def test_edition_is_ordered_once_with_the_descriptors_of_the_set_and_seeds_of_its_own(test_set, learner_with_access):
    services.prepare_edition_for(user=learner_with_access, test_set=test_set)
    services.prepare_edition_for(user=learner_with_access, test_set=test_set)
    studies = list(models.Study.objects.order_by("set_case__number"))
    assert [study.recipe["findings"] and study.recipe["findings"][0]["morphology"] for study in studies] == [
        "fine-linear",
        "fine-linear",
        "popcorn",
        [],
    ]
    assert {study.purpose for study in studies} == {"test-set"}
    assert len({study.seed for study in studies}) == 4
    assert [study.recipe["seed"] for study in studies] == [study.seed for study in studies]
    with pytest.raises(errors.CasesBeingMade):
        services.begin_attempt(user=learner_with_access, test_set=test_set)
    progress = get_progress(learner_with_access, test_set)
    assert (progress.ready, progress.total, progress.is_under_way) == (0, 4, True)
    make_images()
    assert get_progress(learner_with_access, test_set).is_ready


def test_attempt_has_a_reading_of_each_case_and_is_one(test_set, learner_with_access):
    attempt = begin(learner_with_access, test_set)
    assert services.begin_attempt(user=learner_with_access, test_set=test_set) == attempt
    assert attempt.readings.count() == 4
    assert models.Study.objects.count() == 4


def test_set_needs_access(test_set, learner):
    for refused in (services.prepare_edition_for, services.begin_attempt):
        with pytest.raises(errors.SetClosed):
            refused(user=learner, test_set=test_set)
    assert not models.Study.objects.exists()


@pytest.mark.parametrize(("wrong_of", "is_passed"), [("", True), ("suspicious", False), ("normal", False)])
def test_rule_asks_for_both_shares(
    test_set, learner_with_access, django_capture_on_commit_callbacks, wrong_of, is_passed
):
    attempt = begin(learner_with_access, test_set)
    lock_all(attempt)
    wrong = attempt.readings.filter(truth__kind=wrong_of).first()
    if wrong:
        models.Reading.objects.filter(pk=wrong.pk).update(recall=not wrong.recall)
    with django_capture_on_commit_callbacks() as hooks:
        done = services.hand_in(attempt=attempt)
    hits = {"": (2, 2), "suspicious": (1, 2), "normal": (2, 1)}[wrong_of]
    assert (done.recalled, done.left_alone, done.is_passed) == (*hits, is_passed)
    assert (done.positive, done.negative, done.left_out, done.is_judged) == (2, 2, 0, True)
    assert has_passed(learner_with_access, course="breast-calcifications") is is_passed
    # Who failed finds fresh cases under way.
    assert len(hooks) == (0 if is_passed else 1)
    if hooks:
        tasks.prepare_next_edition(attempt.pk)
    assert models.SetCase.objects.filter(edition=2).count() == (0 if is_passed else 4)


def test_hand_in_waits_for_every_case_and_comes_once(test_set, learner_with_access):
    attempt = begin(learner_with_access, test_set)
    with pytest.raises(errors.CasesLeft, match="4 cases are not locked yet"):
        services.hand_in(attempt=attempt)
    lock_all(attempt)
    services.hand_in(attempt=attempt)
    with pytest.raises(errors.HandedInAlready):
        services.hand_in(attempt=attempt)


def test_nothing_is_told_or_counted_before_the_set_is_handed_in(test_set, learner_with_access):
    attempt = begin(learner_with_access, test_set)
    lock_all(attempt)
    reader = Reader(learner_with_access)
    assert get_performance(reader).shares.cases == 0
    assert not any(reading.is_told for reading in attempt.readings.select_related("attempt"))
    services.hand_in(attempt=attempt)
    assert get_performance(reader).shares.cases == 4
    assert all(reading.is_told for reading in attempt.readings.select_related("attempt"))


def test_another_attempt_has_fresh_cases_alone(test_set, learner_with_access, other_learner):
    first = begin(learner_with_access, test_set)
    lock_all(first, wrong=4)
    services.hand_in(attempt=first)
    make_images()
    second = begin(learner_with_access, test_set)
    assert (first.edition, second.edition) == (1, 2)
    seen, fresh = (set(each.readings.values_list("study", flat=True)) for each in (first, second))
    assert not seen & fresh
    # Others begin with the first edition: one set of images for all.
    assert begin(other_learner, test_set).edition == 1
    assert models.Study.objects.count() == 8


def test_study_that_is_withdrawn_in_mid_set_leaves_the_count_and_is_replaced_for_others(
    test_set, learner_with_access, other_learner, admin
):
    attempt = begin(learner_with_access, test_set)
    gone = models.SetCase.objects.get(number=4).study
    withdraw_study(study_id=gone.pk, because="The key is wrong.", by=admin)
    cases = get_cases(attempt)
    assert (len(cases.all), len(cases.counted), len(cases.withdrawn), len(cases.left)) == (4, 3, 1, 3)
    lock_all(attempt)
    done = services.hand_in(attempt=attempt)
    assert (done.positive, done.negative, done.left_out, done.is_passed) == (2, 1, 1, True)
    tasks.sweep_test_sets()
    replaced = models.SetCase.objects.get(number=4, is_current=True)
    assert replaced.study != gone
    assert replaced.study.recipe["findings"] == []
    make_images()
    assert not begin(other_learner, test_set).readings.filter(study=gone).exists()
    # What was handed in stays as it was.
    done.refresh_from_db()
    assert done.is_passed


def test_without_cases_of_either_sort_nobody_passes_or_fails(test_set, learner_with_access, admin):
    attempt = begin(learner_with_access, test_set)
    for case in models.SetCase.objects.filter(number__in=[1, 2]):
        withdraw_study(study_id=case.study_id, because="The key is wrong.", by=admin)
    lock_all(attempt)
    done = services.hand_in(attempt=attempt)
    assert (done.is_passed, done.is_judged, done.negative) == (False, False, 2)


def test_finding_that_no_view_shows_is_drawn_again_a_few_times(test_set, learner_with_access):
    services.prepare_edition_for(user=learner_with_access, test_set=test_set)
    for _ in range(MOST_TRIES):
        with pytest.raises(errors.CasesBeingMade):
            services.begin_attempt(user=learner_with_access, test_set=test_set)
        make_images(is_visible=False)
        tasks.sweep_test_sets()
    assert models.SetCase.objects.filter(number=1).count() == MOST_TRIES
    assert models.SetCase.objects.filter(number__gte=3).count() == 2
    # Then they are read, and count neither way.
    assert get_progress(learner_with_access, test_set).is_ready
    attempt = services.begin_attempt(user=learner_with_access, test_set=test_set)
    lock_all(attempt)
    done = services.hand_in(attempt=attempt)
    assert (done.positive, done.negative, done.left_out, done.is_judged) == (0, 2, 2, False)


def test_set_begins_without_what_failed_or_was_withdrawn_in_all_tries(test_set, learner_with_access, admin):
    """The first edition is everybody's first: a case that never comes must not close the set."""
    services.prepare_edition_for(user=learner_with_access, test_set=test_set)
    for _ in range(MOST_TRIES):
        models.Study.objects.filter(set_case__number=2, status="waiting").update(status="failed")
        make_images()
        for case in models.SetCase.objects.filter(number=4, is_current=True, study__withdrawn_at=None):
            withdraw_study(study_id=case.study_id, because="The key is wrong.", by=admin)
        tasks.sweep_test_sets()
    assert models.SetCase.objects.filter(number__in=[2, 4]).count() == 2 * MOST_TRIES
    progress = get_progress(learner_with_access, test_set)
    assert (progress.ready, progress.total, progress.is_ready) == (2, 2, True)
    attempt = services.begin_attempt(user=learner_with_access, test_set=test_set)
    lock_all(attempt)
    done = services.hand_in(attempt=attempt)
    assert (done.recalled, done.positive, done.left_alone, done.negative, done.is_passed) == (1, 1, 1, 1, True)


def test_case_that_could_not_be_made_is_ordered_again(test_set, learner_with_access):
    services.prepare_edition_for(user=learner_with_access, test_set=test_set)
    models.Study.objects.filter(set_case__number=1).update(status="failed")
    tasks.sweep_test_sets()
    assert models.SetCase.objects.filter(number=1).count() == 2
    assert models.Study.objects.filter(status="waiting").count() == 4


def test_sweep_looks_at_what_lacks_alone(test_set, learner_with_access, django_assert_num_queries):
    for edition in range(1, services.EDITIONS_A_DAY + 1):
        services.prepare_edition(test_set_id=test_set.pk, edition=edition)
    make_images()
    with django_assert_num_queries(1):
        tasks.sweep_test_sets()
    models.Study.objects.filter(set_case__number=1, set_case__edition=2).update(status="failed")
    tasks.sweep_test_sets()
    waiting = models.SetCase.objects.filter(study__status="waiting")
    assert list(waiting.values_list("edition", "number")) == [(2, 1)]


def test_what_is_replaced_in_an_old_edition_is_no_new_one(test_set, learner_with_access):
    for edition in range(1, services.EDITIONS_A_DAY + 1):
        services.prepare_edition(test_set_id=test_set.pk, edition=edition)
    models.SetCase.objects.update(ordered_at=timezone.now() - timedelta(days=2))
    models.Study.objects.filter(set_case__number=1).update(status="failed")
    tasks.sweep_test_sets()
    assert models.Study.objects.filter(status="failed").count() == services.EDITIONS_A_DAY
    assert services.prepare_edition(test_set_id=test_set.pk, edition=9) == 4


def test_new_editions_are_limited_a_day(test_set, learner_with_access):
    for edition in range(1, services.EDITIONS_A_DAY + 1):
        services.prepare_edition(test_set_id=test_set.pk, edition=edition)
    with pytest.raises(errors.NoFreshCases):
        services.prepare_edition(test_set_id=test_set.pk, edition=9)
    models.SetCase.objects.update(ordered_at=timezone.now() - timedelta(days=2))
    assert services.prepare_edition(test_set_id=test_set.pk, edition=9) == 4


def test_other_cases_begin_with_a_new_edition(test_set, learner_with_access):
    attempt = begin(learner_with_access, test_set)
    changed = services.upsert_test_set(slug=test_set.slug, cases=CASES[1:], title="Three cases")
    assert (changed.first_edition, changed.size) == (2, 3)
    assert attempt.readings.count() == 4
    same = services.upsert_test_set(slug=test_set.slug, cases=CASES[1:], title="The same cases")
    assert same.first_edition == 2
    tasks.sweep_test_sets()
    assert models.SetCase.objects.count() == 4


def test_consent_is_given_once_and_taken_back(test_set, learner):
    for _ in range(2):
        services.give_consent(user=learner, test_set=test_set)
    assert models.SetConsent.objects.count() == 1
    services.take_back_consent(user=learner, test_set=test_set)
    assert not models.SetConsent.objects.exists()


# --- At once ------------------------------------------------------------------------------------------


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_begin_at_once_have_one_attempt_and_one_edition(test_set, learner_with_access, monkeypatch):
    monkeypatch.setattr("imaging.studies.services.enqueue", lambda *_: None)
    at_once(*[lambda: services.prepare_edition_for(user=learner_with_access, test_set=test_set)] * 4)
    assert (models.SetCase.objects.count(), models.Study.objects.count()) == (4, 4)
    make_images()
    outcomes = at_once(*[lambda: services.begin_attempt(user=learner_with_access, test_set=test_set)] * 4)
    assert len(set(outcomes)) == 1
    assert models.Reading.objects.count() == 4


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_that_hand_in_at_once_one_is_told_that_it_came_second(test_set, learner_with_access, monkeypatch):
    for module in ("studies", "testsets"):
        monkeypatch.setattr(f"imaging.{module}.services.enqueue", lambda *_: None)
    attempt = begin(learner_with_access, test_set)
    lock_all(attempt)
    outcomes = at_once(*[lambda: services.hand_in(attempt=attempt)] * 4)
    assert outcomes.count(errors.HandedInAlready) == 3
    assert models.SetAttempt.objects.get().is_passed
