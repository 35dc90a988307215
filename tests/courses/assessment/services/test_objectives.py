from courses.models import Course, Objective, Question
from courses.writing import services as authoring
from tests.course_fixtures import COURSE, FACULTY


def publish(course: Course, objectives: str) -> list[tuple[int, str]]:
    fields = {**COURSE, "objectives": objectives}
    authoring.draft_course(slug=course.slug, fields=fields, faculty=[FACULTY]).publish()
    return list(Objective.objects.filter(course=course).order_by("position").values_list("pk", "text"))


def test_objectives_are_rows_once_the_course_is_published(course):
    assert [row.text for row in course.objective_rows.all()] == ["Find the edge", "Name the edge"]


def test_objective_that_moves_or_is_reworded_keeps_its_questions(course):
    find, name = course.objective_rows.all()
    Question.objects.filter(key="chest-film-1").update(objective=name)
    after = publish(course, "Measure a nodule in two planes\nName the edge of the pleura\nFind the edge")
    assert after[1:] == [(name.pk, "Name the edge of the pleura"), (find.pk, "Find the edge")]
    assert after[0][0] not in (find.pk, name.pk)
    assert Question.objects.get(key="chest-film-1").objective == name


def test_objective_that_is_gone_lets_its_questions_go(course):
    find, name = course.objective_rows.all()
    Question.objects.filter(key="chest-film-1").update(objective=name)
    assert publish(course, "Find the edge") == [(find.pk, "Find the edge")]
    assert Question.objects.get(key="chest-film-1").objective is None
