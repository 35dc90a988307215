"""Checks in lessons, and the pictures of questions. The getters carry the permission."""

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.images import get_image_model
from wagtail.images.models import Image

from courses.assessment.models.attempts import AttemptQuestion, CheckAnswer
from courses.assessment.models.questions import Question, QuestionUse
from courses.recall.models import RecallAnswer, RecallCard
from courses.writing.models import Lesson, LessonRendering
from courses.writing.published import get_text_of, kept_until_published
from courses.writing.queries import Reader, is_author, may_open_everything, may_preview, require_open
from courses.writing.steps import get_open_steps_for


def get_check_for(user: Reader, *, lesson_id: int, question_id: int) -> tuple[LessonRendering, Question]:
    """A check of a lesson that this reader may open. Raises Http404, and LessonLocked where access is missing."""
    text = require_open(user, get_text_of(lesson_id))
    checks = Question.objects.filter(pk=question_id, live=True, use=QuestionUse.CHECK)
    question = checks.select_related("objective", "image").first()
    if question is None or question_id not in text.question_ids:
        raise Http404("There is no such question in this lesson.")
    is_open = not text.lesson.is_stepwise or question_id in {step.check for step in get_open_steps_for(user, text)}
    if not is_open and not is_author(user):
        raise Http404("This question opens when those before it are answered.")
    return text, question


def get_check_answer(user: Reader, question: Question) -> CheckAnswer | None:
    return CheckAnswer.objects.filter(user=user, question=question).first() if user.is_authenticated else None


def get_check_answers(user: Reader, text: LessonRendering) -> dict[int, CheckAnswer]:
    """The learner's answers to the checks of a lesson, by the key of the question. One query."""
    answers = CheckAnswer.objects.filter(user=user.pk, question__in=text.question_ids)
    return {answer.question_id: answer for answer in answers}


@kept_until_published
def get_checks(lesson_id: int) -> dict[int, Question]:
    """The checks of a published lesson by their keys. Who may open the lesson is not asked here."""
    checks = Question.objects.filter(pk__in=get_text_of(lesson_id).question_ids, live=True, use=QuestionUse.CHECK)
    return checks.select_related("objective", "image").prefetch_related("choices", "regions").in_bulk()


class CheckToTry(NamedTuple):
    lesson: Lesson
    question: Question


@kept_until_published
def get_check_to_try() -> CheckToTry | None:
    """The first one that everybody may answer, as the courses are taught; not one that asks to point. Four queries."""
    texts = LessonRendering.objects.readable().filter(lesson__is_preview=True).exclude(question_ids=[])
    order = ("lesson__module__course__position", "lesson__module__position", "lesson__position")
    found = list(texts.select_related("lesson__module__course").defer("lesson__body").order_by(*order))
    questions = Question.objects.filter(live=True, use=QuestionUse.CHECK, regions=None)
    wanted = {pk for text in found for pk in text.question_ids}
    checks = questions.select_related("objective", "image").prefetch_related("choices", "regions").in_bulk(wanted)
    for text in found:
        asked = [checks[pk] for pk in text.question_ids if pk in checks]
        if asked:
            first = min(asked, key=lambda question: text.html.find(f"/checks/{text.lesson_id}/{question.pk}/"))
            return CheckToTry(text.lesson, first)
    return None


def get_picture_for(user: Reader, *, question_id: int, image_id: int) -> Image:
    """The picture of a question: of a check as it is published, of any as it was when this learner was asked.

    Without access only that of a check in a lesson that is open to everyone (PermissionDenied). Authors see drafts.
    """
    image = get_image_model().objects.filter(pk=image_id).first()
    question = Question.objects.filter(pk=question_id).first()
    if image is None or question is None:
        raise Http404("There is no such picture.")
    if is_author(user) or may_preview(user):
        return image
    # A check's picture stands in its lesson; a test shows its own when it asks, and recall what comes back.
    is_published = question.live and question.image_id == image_id
    is_shown = is_published and (question.use == QuestionUse.CHECK or _comes_back(user, question))
    is_fresh = question.live and image_id in {each["image"]["id"] for each in question.fresh_pictures}
    is_shown = is_shown or (is_fresh and _comes_back(user, question))
    if not is_shown and not _was_asked(user, question, image_id):
        raise Http404("There is no such picture.")
    if not may_open_everything(user) and not _is_open_to_everyone(question):
        raise PermissionDenied
    return image


def _comes_back(user: Reader, question: Question) -> bool:
    return user.is_authenticated and RecallCard.objects.filter(user=user, question=question).exists()


def _was_asked(user: Reader, question: Question, image_id: int) -> bool:
    if not user.is_authenticated:
        return False
    shown = {"question": question, "content__image__id": image_id}
    return (
        AttemptQuestion.objects.filter(attempt__user=user, **shown).exists()
        or CheckAnswer.objects.filter(user=user, **shown).exists()
        or RecallAnswer.objects.filter(card__user=user, card__question=question, content__image__id=image_id).exists()
    )


def _is_open_to_everyone(question: Question) -> bool:
    return question.use == QuestionUse.CHECK and question.pk in get_ids_of_open_checks()


def get_ids_of_open_checks() -> set[int]:
    """The questions in lessons that are open to everyone. One query."""
    texts = LessonRendering.objects.readable().filter(lesson__is_preview=True)
    return {pk for ids in texts.values_list("question_ids", flat=True) for pk in ids}
