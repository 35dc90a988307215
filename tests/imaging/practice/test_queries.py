"""Which study is chosen from rows; how the draw itself works is in test_choosing.py."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from imaging.models import Reading, SetAttempt, SkillMemory, Study, StudyDifficulty, TestSet
from imaging.practice.aims import find_aim, list_aims
from imaging.practice.queries import choose_study, get_report, get_wish, list_candidates
from imaging.practice.services import begin_run
from imaging.practice.skills import NORMAL, Skill
from imaging.reading.queries import Reader
from imaging.reading.services import answer_reading, lock_reading, start_reading
from imaging.studies import services as studies
from imaging.studies.generating import kind_of
from imaging.synthesis import Recipe
from tests.imaging.conftest import add_finding
from tests.imaging.practice.conftest import WORDS, read


@pytest.fixture
def of_each_kind(make_skill) -> dict[str, Study]:
    return {
        "lines": make_skill("suspicious", *WORDS),
        "rods": make_skill("benign", "rod-like", "diffuse"),
        "normal": make_skill("normal"),
    }


def draw(user, times: int = 300) -> Counter[int]:
    return Counter(choose_study(Reader(user)).study for _ in range(times))


def test_fresh_studies_come_with_each_kind_as_often(of_each_kind, make_skill, learner_with_access):
    for _ in range(10):
        make_skill("normal")
    drawn = draw(learner_with_access)
    for name in ("lines", "rods"):
        assert 60 < drawn[of_each_kind[name].pk] < 140  # 100, and five standard errors


def test_study_that_was_read_does_not_come_while_another_is_there(of_each_kind, learner_with_access):
    read(learner_with_access, of_each_kind["lines"])
    assert of_each_kind["lines"].pk not in draw(learner_with_access)


def test_of_all_that_were_read_those_read_least_come(of_each_kind, learner_with_access):
    for study in [*of_each_kind.values(), of_each_kind["rods"], of_each_kind["normal"]]:
        read(learner_with_access, study)
    assert set(draw(learner_with_access, 20)) == {of_each_kind["lines"].pk}


def test_finding_that_no_view_shows_does_not_come(of_each_kind, learner_with_access):
    of_each_kind["lines"].truths.get().findings.get().regions.update(is_visible=False)
    assert of_each_kind["lines"].pk not in draw(learner_with_access)


def test_what_serves_courses_or_test_sets_does_not_come(make_skill, learner_with_access):
    make_skill("normal", purpose="course")
    make_skill("normal", purpose="test-set")
    assert choose_study(Reader(learner_with_access)) is None


def test_candidates_are_told_apart_by_what_decides_them(of_each_kind):
    study = of_each_kind["normal"]
    add_finding(
        study.truths.get(), list(study.views.all()), morphology="vascular", distribution="linear", warrants_recall=False
    )
    found = {each.study: (each.kind, each.skill) for each in list_candidates()}
    assert found == {
        of_each_kind["lines"].pk: ("suspicious", Skill(*WORDS)),
        of_each_kind["rods"].pk: ("benign", Skill("rod-like", "diffuse")),
        study.pk: ("normal", NORMAL),
    }


def test_study_that_nobody_has_read_is_as_hard_as_others_of_its_skill(of_each_kind, make_skill):
    more = [make_skill("suspicious", *WORDS) for _ in range(2)]
    StudyDifficulty.objects.create(study=of_each_kind["lines"], difficulty=2.0, readings=5)
    StudyDifficulty.objects.create(study=more[0], difficulty=1.0, readings=5)
    found = {each.study: each.difficulty for each in list_candidates()}
    assert (found[more[1].pk], found[of_each_kind["rods"].pk]) == (1.5, 0.0)


def test_forms_of_a_test_set_are_not_among_what_was_read_lately_before_it_is_handed_in(make_skill, learner_with_access):
    """Its look-alikes would be interleaved, and tell what was in it."""
    test_set = TestSet.objects.create(
        slug="lines", title="Lines", summary="One case.", least_sensitivity=75, least_specificity=75, cases=[{}]
    )
    attempt = SetAttempt.objects.create(
        user=learner_with_access, test_set=test_set, edition=1, least_sensitivity=75, least_specificity=75
    )
    reading = read(learner_with_access, make_skill("benign", "rod-like", "diffuse", purpose="test-set"))
    Reading.objects.filter(pk=reading.pk).update(attempt=attempt)
    assert get_wish(learner_with_access, None).alike == frozenset()
    SetAttempt.objects.update(handed_in_at=timezone.now())
    assert get_wish(learner_with_access, None).alike == frozenset({"fine-linear"})


def test_wish_is_what_is_due_and_what_is_taken_for_what_was_read_lately(of_each_kind, learner_with_access):
    read(learner_with_access, of_each_kind["rods"], recall=False, words=("rod-like", "diffuse"))
    wish = get_wish(learner_with_access, None)
    rods = Skill("rod-like", "diffuse")
    assert (wish.due, wish.known, wish.alike) == (frozenset(), frozenset({rods}), frozenset({"fine-linear"}))
    SkillMemory.objects.update(due_on=timezone.now(), rated_on=timezone.now() - timedelta(days=3))
    assert get_wish(learner_with_access, None).due == {rods}
    aimed = get_wish(learner_with_access, find_aim("amorphous"))
    assert (aimed.aimed, aimed.alike) == (frozenset({"amorphous"}), frozenset({"milk-of-calcium"}))
    pair = get_wish(learner_with_access, find_aim("rods-and-lines"))
    assert (set(pair.aimed), set(pair.alike)) == ({"rod-like", "fine-linear"}, {"vascular", "suture"})


def test_every_aim_is_found_by_its_key_once():
    keys = [aim.key for aim in list_aims()]
    assert len(set(keys)) == len(keys) == 20
    assert [find_aim(key).key for key in keys] == keys
    assert find_aim("") is None


@pytest.mark.parametrize("count", [3, 9])
def test_choosing_asks_the_same_few_questions(make_skill, learner_with_access, count, django_assert_num_queries):
    for number in range(count):
        make_skill(*[("suspicious", *WORDS), ("benign", "rim", "grouped"), ("normal",)][number % 3])
    read(learner_with_access, Study.objects.first())
    with django_assert_num_queries(9):
        choose_study(Reader(learner_with_access))


@pytest.mark.parametrize("count", [1, 4])
def test_report_asks_the_same_few_questions(make_skill, learner_with_access, count, django_assert_num_queries):
    run = begin_run(user=learner_with_access)
    for _ in range(count):
        make_skill("suspicious", *WORDS)
        reading = start_reading(reader=Reader(learner_with_access))
        answer_reading(reading=reading, category="1", recall=False)
        lock_reading(reading=reading)
    with django_assert_num_queries(6):
        report = get_report(run)
    assert [(each.number, each.name, each.words) for each in report.done] == [
        (number, "Fine linear or branching, segmental", "Not right") for number in range(1, count + 1)
    ]
    assert (report.right, len(report.again)) == (0, count)


# --- More on demand -----------------------------------------------------------------------------------


@pytest.fixture
def ordered(monkeypatch) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr("imaging.reading.services.enqueue", lambda name, *arguments: found.append(arguments))
    return found


def test_due_skill_without_a_fresh_study_is_ordered(of_each_kind, make_skill, learner_with_access, ordered):
    for _ in range(5):
        for skill in (("suspicious", "amorphous", "grouped"), ("benign", "rim", "grouped"), ("normal",)):
            make_skill(*skill)
    start_reading(reader=Reader(learner_with_access))
    assert ordered == []
    learner_with_access.readings.all().delete()
    read(learner_with_access, of_each_kind["lines"])
    SkillMemory.objects.update(due_on=timezone.now(), rated_on=timezone.now() - timedelta(days=3))
    start_reading(reader=Reader(learner_with_access))
    assert ordered == [WORDS]


def test_more_of_everything_is_ordered_where_little_is_left(of_each_kind, learner_with_access, ordered):
    start_reading(reader=Reader(learner_with_access))
    assert ordered == [("", "")]


@pytest.fixture
def made(monkeypatch) -> None:
    monkeypatch.setattr("imaging.studies.services.enqueue", lambda *_: None)


def kinds_of(recipes: list[dict]) -> list[str]:
    return [kind_of(Recipe.from_dict(recipe)) for recipe in recipes]


@pytest.mark.parametrize("words", [("coarse-heterogeneous", "grouped"), ("suture", "grouped"), ("", "")])
def test_order_is_a_third_each_with_one_of_these_words(db, settings, made, words):
    settings.STUDIES = 100
    assert studies.order_on_demand(morphology=words[0], distribution=words[1]) == 3
    recipes = list(Study.objects.order_by("pk").values_list("recipe", flat=True))
    assert sorted(kinds_of(recipes)) == ["benign", "normal", "suspicious"]
    found = [(each["morphology"], each["distribution"]) for recipe in recipes for each in recipe["findings"]]
    assert words in found or not words[0]
    assert {study.purpose for study in Study.objects.all()} == {"practice"}


def test_words_that_are_not_drawn_order_a_third_each(db, settings, made):
    settings.STUDIES = 100
    assert studies.order_on_demand(morphology="amorphous", distribution="diffuse") == 3


def test_order_of_three_tells_nothing(db, settings, made):
    """Which of the three has the wanted words is by chance."""
    settings.STUDIES = 1000
    places: Counter[int] = Counter()
    for _ in range(40):
        Study.objects.all().delete()
        studies.order_on_demand(morphology="fine-pleomorphic", distribution="grouped")
        recipes = Study.objects.order_by("pk").values_list("recipe", flat=True)
        places[kinds_of(list(recipes)).index("suspicious")] += 1
    assert min(places[place] for place in range(3)) >= 4


def test_orders_are_bounded(db, settings, made):
    settings.STUDIES = 0
    assert studies.order_on_demand() == 0
    settings.STUDIES = 1
    assert [studies.order_on_demand() for _ in range(4)] == [3, 3, 3, 0]  # eight times STUDIES
    settings.STUDIES = 100
    assert [studies.order_on_demand() for _ in range(2)] == [3, 0]  # twelve wait
    Study.objects.update(status="ready", made_at=timezone.now())
    Study.objects.bulk_create(
        Study(seed=number, recipe={}, status="ready", made_at=timezone.now()) for number in range(1, 150)
    )
    assert studies.order_on_demand() == 0  # of one day
    Study.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert studies.order_on_demand() == 3
