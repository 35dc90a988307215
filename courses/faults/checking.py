"""A whole course, looked at together: its drafts, or what is live of it. The number of queries is the same for each."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from core.faults import READERS, RULES, Fault, Rule, ask
from courses.assessment.models.questions import Choice, Question, Region
from courses.faults.known import Known
from courses.faults.reading import CourseText, LessonText, QuestionText
from courses.writing.archiving import LESSON_IN_USE
from courses.writing.models import Course, Lesson

Text = LessonText | QuestionText | CourseText


def read_lesson(lesson: Any) -> LessonText:
    return LessonText.read(lesson.pk, lesson.serializable_data(), Known())


def read_question(question: Question) -> QuestionText:
    return QuestionText.read(question.pk, question.serializable_data(), Known())


def read_course(course: Course) -> CourseText:
    return CourseText.read(course.pk, course.serializable_data(), Known())


READERS[Lesson] = read_lesson
READERS[Question] = read_question
READERS[Course] = read_course


def find_stopping_each(questions: Iterable[Question]) -> dict[int, list[Fault]]:
    """What keeps each of these, as they stand, from being asked. The number of queries is the same for one and many."""
    known = Known()
    texts = [QuestionText.read(each.pk, each.serializable_data(), known) for each in questions]
    return {int(text.pk or 0): [fault for fault in ask(Question, text) if fault.stops] for text in texts}


def check_drafts(course: Course) -> list[Fault]:
    """What is wrong with the drafts of a course, of its lessons and of its questions, those that stop first."""
    return _ask(read_drafts(course))


def read_drafts(course: Course) -> list[Text]:
    known = Known()
    lessons = (
        _with_versions(Lesson)
        .filter(LESSON_IN_USE, module__course=course)
        .order_by("module__position", "position", "pk")
    )
    rows = _with_versions(Course).filter(pk=course.pk)
    texts: list[Text] = [CourseText.read(row.pk, row.latest_revision.content, known) for row in rows]
    texts += [LessonText.read(row.pk, row.latest_revision.content, known, module=row.module_id) for row in lessons]
    questions = _with_versions(Question).filter(course=course).order_by("key")
    texts += [QuestionText.read(row.pk, row.latest_revision.content, known) for row in questions]
    return texts


def _with_versions(model: type[Any]) -> Any:
    """What nobody has written yet is not looked at."""
    fields = ["module_id"] if model is Lesson else []
    rows = model.objects.filter(latest_revision__isnull=False).select_related("latest_revision")
    return rows.only(*fields, "latest_revision__content")


def check_live(courses: Collection[int] | None = None, *, looks_at_files: bool = False) -> list[Fault]:
    """What is wrong with what learners read: of these courses, or of all that are live."""
    watched = {model: [each for each in rules if each.is_watched] for model, rules in RULES.items()}
    return _ask(read_live(courses, looks_at_files=looks_at_files), watched)


def check_live_courses() -> list[tuple[Course, list[Fault]]]:
    """Live courses that would not be published as they are now, for an author took something off; each with why."""
    known = Known()
    rows = list(Course.objects.filter(live=True).order_by("position", "title").prefetch_related("faculty"))
    texts = [(row, _read_live_course(row, known)) for row in rows]
    stopping = [each for each in RULES[Course] if each.stops and each.is_watched]
    found = [(row, ask(Course, text, stopping)) for row, text in texts]
    return [(row, faults) for row, faults in found if faults]


def _read_live_course(row: Course, known: Known) -> CourseText:
    faculty = [_as_version(person) for person in row.faculty.all()]
    return CourseText.read(row.pk, {**_as_version(row), "faculty": faculty}, known)


def read_live(courses: Collection[int] | None = None, *, looks_at_files: bool = False) -> list[Text]:
    known = Known(looks_at_files=looks_at_files)
    rows = Course.objects.filter(live=True).order_by("position", "title").prefetch_related("faculty")
    rows = rows if courses is None else rows.filter(pk__in=courses)
    texts: list[Text] = [_read_live_course(row, known) for row in rows]
    keys = [text.place.pk for text in texts]
    lessons = Lesson.objects.filter(module__course__in=keys, live=True).order_by("module__position", "position", "pk")
    texts += [LessonText.read(row.pk, _as_version(row), known) for row in lessons]
    questions = Question.objects.filter(course__in=keys, live=True).order_by("key")
    rows_of = {name: _group(model, keys) for name, model in (("choices", Choice), ("regions", Region))}
    for row in questions:
        children = {name: found.get(row.pk, []) for name, found in rows_of.items()}
        texts.append(QuestionText.read(row.pk, {**_as_version(row), **children}, known))
    return texts


def _as_version(row: Any) -> dict[str, Any]:
    """What a row says, as a revision of it would keep it: by the names of its fields."""
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _group(model: Any, courses: Collection[int | None]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    rows = model.objects.filter(question__course__in=courses, question__live=True).order_by("question", "sort_order")
    for row in rows.values():
        found.setdefault(row["question_id"], []).append(row)
    return found


def _ask(texts: list[Text], rules: dict[Any, list[Rule]] | None = None) -> list[Fault]:
    """All are read by now, so that what they name is known."""
    faults = list(_find(texts, rules or dict(RULES)))
    return sorted(faults, key=lambda fault: not fault.stops)


def _find(texts: list[Text], rules: dict[Any, list[Rule]]) -> Iterator[Fault]:
    for text in texts:
        yield from ask(text.place.model, text, rules.get(text.place.model, []))
