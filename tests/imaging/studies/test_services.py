"""How studies come to be: from a row, by one worker at a time, whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import IO

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from escan.operations.backup.files import named_files
from imaging.asking.services import forget_views
from imaging.models import Region, Study, Truth, View
from imaging.studies import generating, services, tasks
from imaging.studies.errors import NotFailed, NotWithdrawable
from imaging.studies.generating import Made, MadeFinding, MadeRegion, MadeView
from imaging.studies.pyramids import store_pyramid
from imaging.studies.queries import get_progress
from imaging.synthesis import BadRecipe, FindingRecipe, Recipe
from imaging.synthesis import Study as GeneratedStudy

POLYGON = [[10, 10], [20, 10], [20, 20]]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def small(monkeypatch):
    """What stands in for the generator, whose pixels take ten seconds."""

    def make(recipe: dict) -> Made[MadeView]:
        rng = np.random.default_rng(recipe["seed"])
        views = [
            MadeView(side, projection, rng.integers(0, 4096, (300, 200)).astype(np.uint16), 0.7)
            for projection in ("CC", "MLO")
            for side in "RL"
        ]
        kind = generating.kind_of(Recipe.from_dict(recipe))
        seen = {"polygon": POLYGON, "extent_mm": 7.0, "visibility": 4.5, "is_visible": True}
        words = {"side": "L", "morphology": "rim", "distribution": "grouped", "warrants_recall": False}
        findings = [MadeFinding(words, [MadeRegion("lcc", seen)])]
        categories = [{"category": "2", "reason": "Because."}]
        return Made(kind, kind == "suspicious", categories, views, findings)

    monkeypatch.setattr(services, "make", make)


def order(count: int = 1) -> list[Study]:
    Study.objects.bulk_create(Study(seed=number, recipe=Recipe(number).to_dict()) for number in range(1, count + 1))
    return list(Study.objects.order_by("pk"))


def test_study_is_made_with_views_truth_and_tiles(db, small):
    (study,) = order()
    assert services.make_next_study()
    study.refresh_from_db()
    assert (study.status, study.error, study.lease_until) == ("ready", "", None)
    views = {view.key: view for view in View.objects.all()}
    assert set(views) == {"rcc", "lcc", "rmlo", "lmlo"}
    assert (views["rcc"].rows, views["rcc"].columns, views["rcc"].mm_per_pixel) == (300, 200, 0.7)
    assert all(default_storage.exists(f"{view.tiles}/fit.webp") for view in views.values())
    # So that a restore without tiles is told.
    assert {f"{view.tiles}/fit.webp" for view in views.values()} <= set(named_files())
    truth = Truth.objects.get()
    assert (truth.kind, truth.recall, truth.version, truth.is_current) == ("normal", False, 1, True)
    region = Region.objects.get()
    assert (region.view, region.polygon, region.is_visible) == (views["lcc"], POLYGON, True)
    assert not services.make_next_study()


def test_prior_has_its_own_views_and_the_study_has_four(db, small, monkeypatch):
    plain = vars(services)["make"]

    def with_prior(recipe: dict) -> Made[MadeView]:
        made = plain(recipe)
        before = [replace(view, pixels=view.pixels // 2, is_prior=True) for view in made.views]
        return replace(made, views=[*made.views, *before], prior_years=2)

    monkeypatch.setattr(services, "make", with_prior)
    (study,) = order()
    services.make_next_study()
    (prior,) = study.priors.all()
    assert (prior.years, prior.when) == (2, "Prior, 2 years earlier")
    assert [view.key for view in study.views.all()] == ["rcc", "lcc", "rmlo", "lmlo"]
    assert [view.key for view in prior.views.all()] == ["rcc-p", "lcc-p", "rmlo-p", "lmlo-p"]
    assert {f"{view.tiles}/fit.webp" for view in prior.views.all()} <= set(named_files())
    assert forget_views() == 0
    view = study.views.get(key="rcc")
    view.prior = prior
    with pytest.raises(IntegrityError, match="view_is_of_today_or_of_a_prior"), transaction.atomic():
        view.save()


def open_ones() -> list[bool]:
    return list(Study.objects.order_by("pk").values_list("is_open", flat=True))


def test_first_three_that_are_ready_are_open_whatever_their_kind(db, small, admin):
    """With one of each kind, whoever was told two would know the third."""
    kinds = [
        Recipe(1),
        Recipe(2),
        Recipe(3, findings=(FindingRecipe("rim"),)),
        Recipe(4, findings=(FindingRecipe("fine-linear"),)),
    ]
    for recipe in kinds:
        Study.objects.create(seed=recipe.seed, recipe=recipe.to_dict())
        services.make_next_study()
    assert open_ones() == [True, True, True, False]
    services.withdraw_study(study_id=Study.objects.get(seed=1).pk, because="The key is wrong.", by=admin)
    assert open_ones() == [True, True, True, True]


def test_recipes_are_drawn_without_regard_to_each_other(db, monkeypatch):
    seeds = iter(range(5))
    monkeypatch.setattr("secrets.randbelow", lambda below: next(seeds))
    services.order_studies(count=5)
    assert list(Study.objects.order_by("pk").values_list("seed", flat=True)) == [0, 1, 2, 3, 4]


def test_what_lacks_is_ordered_once(db, settings):
    settings.STUDIES = 4
    assert [services.order_missing(), services.order_missing()] == [4, 0]
    Study.objects.update(status="failed")
    assert services.order_missing() == 0  # staff try those again


def test_studies_of_courses_and_test_sets_are_none_of_practice(db, settings):
    settings.STUDIES = 2
    services.order_missing()
    Study.objects.update(purpose="course", status="ready", made_at=timezone.now())
    assert not Study.objects.for_practice().exists()
    assert services.order_missing() == 2


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_order_once(settings):
    settings.STUDIES = 4
    gate = Barrier(4)

    def sweep() -> int:
        gate.wait(10)
        try:
            return services.order_missing()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        ordered = [each.result() for each in [pool.submit(sweep) for _ in range(4)]]
    assert sorted(ordered) == [0, 0, 0, 4]
    assert Study.objects.count() == 4


def test_one_study_is_made_at_a_time(db, small):
    first, second = order(2)
    Study.objects.filter(pk=first.pk).update(status="making", lease_until=timezone.now() + timedelta(minutes=1))
    assert not services.make_next_study()
    with pytest.raises(IntegrityError, match=r"one_study_is_made|imaging_study\.status"), transaction.atomic():
        Study.objects.filter(pk=second.pk).update(status="making")


def test_storage_that_fails_is_no_fault_of_the_study_and_keeps_no_tiles(db, small, monkeypatch):
    (study,) = order()
    stored: list[str] = []

    def fill(name: str, content: IO[bytes]) -> str:
        if len(stored) == 30:
            raise OSError("The disk is full")
        stored.append(name)
        return keep(name, content)

    keep = default_storage.save
    monkeypatch.setattr(default_storage, "save", fill)
    for _ in range(services.MOST_STARTS + 1):
        stored.clear()
        with pytest.raises(OSError, match="disk"):
            services.make_next_study()
        assert len({name.split("/")[1] for name in stored}) > 1
        assert services.release_studies()
        assert default_storage.listdir("tiles") == ([], [])
    study.refresh_from_db()
    assert (study.status, study.starts) == ("waiting", 0)
    monkeypatch.undo()


def test_machine_without_memory_is_no_fault_of_the_study(db, monkeypatch):
    (study,) = order()

    def fail(recipe: dict) -> Made[MadeView]:
        raise MemoryError

    monkeypatch.setattr(services, "make", fail)
    with pytest.raises(MemoryError):
        services.make_next_study()
    study.refresh_from_db()
    assert study.starts == 0


def test_study_that_ends_its_worker_three_times_fails(db, monkeypatch):
    (study,) = order()

    def die(recipe: dict) -> Made[MadeView]:
        raise SystemExit

    monkeypatch.setattr(services, "make", die)
    for _ in range(services.MOST_STARTS):
        with pytest.raises(SystemExit):
            services.make_next_study()
        services.release_studies()
    study.refresh_from_db()
    assert (study.status, study.error) == ("failed", "It could not be made in three tries.")
    assert not View.objects.exists()
    assert not Truth.objects.exists()


def test_recipe_that_is_refused_fails_at_once(db, monkeypatch):
    (study,) = order()

    def refuse(recipe: dict) -> Made[MadeView]:
        raise BadRecipe("There is no density “e”.")

    monkeypatch.setattr(services, "make", refuse)
    assert services.make_next_study()
    study.refresh_from_db()
    assert (study.status, study.error) == ("failed", "BadRecipe: There is no density “e”.")


def test_lease_that_was_lost_keeps_nothing(db, small, monkeypatch):
    order()

    def lose(pixels):
        Study.objects.update(starts=9)
        return store_pyramid(pixels)

    monkeypatch.setattr(generating, "store_pyramid", lose)
    assert not services.make_next_study()
    assert not Truth.objects.exists()
    assert not View.objects.exists()


def test_sweep_orders_and_makes_all(db, small, settings, django_capture_on_commit_callbacks):
    settings.STUDIES = 3
    with django_capture_on_commit_callbacks():
        tasks.sweep_studies()
    assert (get_progress().total, get_progress().ready) == (3, 3)


def test_sweep_begins_no_second_chain(db, small, settings, monkeypatch):
    """With one free process none is being made while the next one waits for its turn."""
    begun = []
    monkeypatch.setattr(tasks.make_next_study, "delay", lambda: begun.append(1))
    settings.STUDIES = 3
    tasks.sweep_studies()
    assert len(begun) == 1
    services.make_next_study()
    tasks.sweep_studies()
    assert len(begun) == 1
    Study.objects.filter(status="ready").update(made_at=timezone.now() - services.CHAIN - timedelta(seconds=1))
    tasks.sweep_studies()
    assert len(begun) == 2


def test_withdrawn_study_says_why(db, small, admin):
    (first,) = order()
    services.make_next_study()
    services.withdraw_study(study_id=first.pk, because="The key is wrong.", by=admin)
    first.refresh_from_db()
    assert (first.is_withdrawn, first.withdrawn_because) == (True, "The key is wrong.")
    assert ModelLogEntry.objects.get(action="imaging.withdraw_study").data == {"reason": "The key is wrong."}
    with pytest.raises(NotWithdrawable):
        services.withdraw_study(study_id=first.pk, because="Again.", by=admin)


def test_only_what_failed_is_tried_again(db, admin):
    (study,) = order()
    with pytest.raises(NotFailed):
        services.retry_study(study_id=study.pk, by=admin)
    Study.objects.update(status="failed", error="x", starts=3)
    services.retry_study(study_id=study.pk, by=admin)
    study.refresh_from_db()
    assert (study.status, study.error, study.starts) == ("waiting", "", 0)


def test_views_that_nobody_is_shown_are_not_made(monkeypatch):
    asked = []

    def note(recipe: Recipe) -> GeneratedStudy:
        asked.append(recipe.extra_views)
        return GeneratedStudy(recipe, [])

    monkeypatch.setattr(generating, "make_study", note)
    generating.make(Recipe(1, extra_views=("MAG", "ML")).to_dict())
    assert asked == [()]


def test_the_generator_makes_what_the_rows_want():
    """For once with the real pixels: a finding in both views of its side, in words of the lexicon."""
    recipe = Recipe(11, findings=(FindingRecipe("fine-linear", "segmental", "R"),), distractors=("vascular",))
    made = generating.make(recipe.to_dict())
    assert (made.kind, made.recall) == ("suspicious", True)
    assert [view.key for view in made.views] == ["rcc", "lcc", "rmlo", "lmlo"]
    assert {view.pixels.shape for view in made.views} == {(2000, 1600)}
    finding, company = made.findings
    assert finding.fields == {
        "side": "R", "morphology": "fine-linear", "distribution": "segmental", "warrants_recall": True,
    }  # fmt: skip
    assert [region.view for region in finding.regions] == ["rcc", "rmlo"]
    assert (company.fields["morphology"], company.fields["warrants_recall"]) == ("vascular", False)
    assert {each["category"] for each in made.categories} >= {"0", "4C"}


def test_command_has_the_first_study_made_at_once(db, monkeypatch, settings, django_capture_on_commit_callbacks):
    settings.STUDIES = 2
    begun: list[int] = []
    monkeypatch.setattr(tasks.make_next_study, "delay", lambda: begun.append(1))
    for expected in ([1], [1]):  # nothing is ordered the second time
        with django_capture_on_commit_callbacks(execute=True):
            call_command("make_studies", verbosity=0)
        assert begun == expected
