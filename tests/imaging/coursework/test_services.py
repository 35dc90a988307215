import pytest
from django.http import Http404
from django.utils import timezone

from imaging.coursework.errors import NotMadeYet, NotReadable, SeedTaken
from imaging.coursework.queries import get_course_study
from imaging.coursework.services import begin_reading, order_study
from imaging.models import Reading, Study, Truth
from imaging.reading.errors import StudyClosed
from imaging.reading.queries import Reader, get_readable_studies
from imaging.studies.services import _find_next
from imaging.synthesis import FindingRecipe, Recipe
from tests.imaging.conftest import write_study

RIGHTS = {"licence": "CC BY 4.0", "attribution": "A clinic", "proof": "consensus"}
RECIPE = Recipe(seed=17, findings=(FindingRecipe("rim"),))


def test_a_recipe_is_one_study_however_often_it_is_ordered(db):
    key = order_study(recipe=RECIPE)
    assert order_study(recipe=RECIPE) == key
    study = Study.objects.get()
    assert (study.pk, study.seed, study.purpose, study.status) == (key, 17, "course", "waiting")
    assert study.recipe == RECIPE.to_dict()


def test_seed_of_another_study_is_refused_and_changes_nothing(db):
    order_study(recipe=RECIPE)
    Study.objects.create(seed=18, recipe=Recipe(seed=18).to_dict())
    for recipe in (Recipe(seed=17), Recipe(seed=18)):
        with pytest.raises(SeedTaken, match=f"seed {recipe.seed}"):
            order_study(recipe=recipe)
    assert Study.objects.get(seed=17).recipe == RECIPE.to_dict()
    assert Study.objects.get(seed=18).purpose == "practice"


def test_a_study_is_read_once_and_by_each_for_themselves(learner_with_access, other_learner):
    study = write_study(purpose="course")
    reading = begin_reading(user=learner_with_access, study=study)
    assert begin_reading(user=learner_with_access, study=study) == reading
    locked = {"locked_at": timezone.now(), "truth": study.truths.get(), "category": "0", "recall": True}
    Reading.objects.filter(pk=reading.pk).update(**locked)
    assert begin_reading(user=learner_with_access, study=study) == reading
    assert begin_reading(user=other_learner, study=study) != reading


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"status": "waiting"}, NotMadeYet),
        ({"status": "making"}, NotMadeYet),
        ({"status": "failed"}, NotReadable),
        ({"withdrawn_at": timezone.now(), "withdrawn_because": "Wrong"}, NotReadable),
    ],
)
def test_what_is_not_there_is_not_begun(learner_with_access, fields, refusal):
    study = write_study(purpose="course", **fields)
    with pytest.raises(refusal):
        begin_reading(user=learner_with_access, study=study)
    assert not Reading.objects.exists()


def test_without_access_none_is_begun(learner):
    study = write_study(purpose="course")
    with pytest.raises(StudyClosed):
        begin_reading(user=learner, study=study)
    assert not Reading.objects.exists()


def test_practice_and_courses_share_no_study(learner_with_access):
    of_practice, of_course = write_study(), write_study(purpose="course")
    assert list(get_readable_studies(Reader(learner_with_access))) == [of_practice]
    assert get_course_study(of_course.pk) == of_course
    with pytest.raises(Http404):
        get_course_study(of_practice.pk)


def test_studies_of_courses_are_made_once_practice_has_opened(db):
    practice = [Study.objects.create(seed=number, recipe={}).pk for number in range(4)]
    course = Study.objects.create(seed=9, recipe={}, purpose="course").pk
    made = []
    while (pk := _find_next()) is not None:
        made.append(pk)
        Study.objects.filter(pk=pk).update(status="ready", made_at=timezone.now())
        Truth.objects.create(study_id=pk, kind="normal", recall=False, categories=[])
    assert made == [*practice[:3], course, practice[3]]
    # Where no practice study waits, nothing is waited for.
    Study.objects.filter(purpose="practice").update(purpose="test-set")
    Study.objects.filter(pk=course).update(status="waiting")
    assert _find_next() == course


@pytest.mark.parametrize("status", ["ready", "draft"])
def test_study_without_a_truth_is_not_begun(learner_with_access, status):
    study = Study.objects.create(
        source="real", origin="a/1", purpose="course", status=status, made_at=timezone.now(), **RIGHTS
    )
    with pytest.raises(NotReadable):
        begin_reading(user=learner_with_access, study=study)
    assert not Reading.objects.exists()
    Study.objects.filter(pk=study.pk).update(status="ready")
    Truth.objects.create(study=study, kind="normal", recall=False, categories=[])
    study.refresh_from_db()
    assert begin_reading(user=learner_with_access, study=study).study == study
