"""What is kept of a learner's learning, for the learner: their own copy of it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import OwnData, register
from courses.assessment.models.attempts import Attempt, AttemptPurpose, AttemptQuestion, CheckAnswer
from courses.assessment.queries.explanations import question_told_to, told_to
from courses.learning.models import Completion, Enrolment, LessonProgress, WatchClock, WatchedTime
from courses.learning.seconds import to_runs, unpack
from courses.notes.export import to_markdown
from courses.notes.models import Note
from courses.notes.queries import get_all_notes
from courses.recall.models import RecallAnswer, RecallCard


@register
class Learning(OwnData):
    file = "learning.json"
    order = 20
    keys = {
        "courses": _("courses that you started, and the lesson where you stopped"),
        "lessons": _("lessons that you opened and completed; “block” names the place where you stopped"),
        "attempts": _(
            "attempts at tests; “purpose” is post_test, or pre_test, which counts for nothing; “is_in_words” says "
            "that it was asked without pictures. “answer” counts the choices from 0; what is right is told once a "
            "post-test is passed, or handed in where its course says so. “marked_again” says when a wrong key was "
            "mended, and the score before and after"
        ),
        "checks": _("your last answer to each check in a lesson"),
        "watched": _("which seconds of each video you watched: from each second up to, and without, the other"),
        "watch_clock": _("up to when the time that passed is counted as watched"),
        "recall": _(
            "questions that come back to you: when, how well they are remembered, and your answers; those of a "
            "post-test once you have passed it"
        ),
        "completions": _("courses that you completed, with score and the revision of each lesson that counted"),
        "notes": _("notes, highlights and bookmarks; “second” is of a video. The same as text: notes.md"),
    }
    other_files = {"notes.md": _("your notes, if you have any")}

    def gather(self, user: User) -> dict[str, Any]:
        """Eleven queries, one for the questions of all attempts and one for what was marked again."""
        enrolments = Enrolment.objects.filter(user=user).values(
            "course__title",
            "last_lesson__title",
            "enrolled_at",
            "last_seen_at",
            "lessons_completed_at",
            "percent_reached",
        )
        lessons = LessonProgress.objects.filter(user=user).order_by("started_at")
        attempts = Attempt.objects.filter(user=user).select_related("course").prefetch_related("questions", "regraded")
        completions = Completion.objects.filter(user=user).order_by("completed_at")
        watched = WatchedTime.objects.filter(user=user).order_by("started_at")
        clock = WatchClock.objects.filter(user=user)
        checks = CheckAnswer.objects.filter(user=user).order_by("answered_at")
        cards = RecallCard.objects.filter(question_told_to(user), user=user).select_related("question")
        told = set(Attempt.objects.filter(told_to(user, course="course"), user=user).values_list("pk", flat=True))
        return {
            "courses": list(enrolments),
            "lessons": list(lessons.values("lesson__title", "revision", "block", "started_at", "completed_at")),
            "attempts": [_describe_attempt(attempt, is_told=attempt.pk in told) for attempt in attempts],
            "checks": [_describe_check(check) for check in checks],
            "watched": [_describe_watched(video) for video in watched.select_related("video")],
            "watch_clock": list(clock.values("spent_until")),
            "completions": list(
                completions.values("course__title", "completed_at", "completed_on", "score", "lessons")
            ),
            "recall": [_describe_card(card) for card in cards.prefetch_related("answers").order_by("created_at", "pk")],
            "notes": list(
                get_notes(user).values("lesson__title", "kind", "second", "quote", "text", "created_at", "updated_at")
            ),
        }

    def gather_files(self, user: User) -> Iterator[tuple[str, str]]:
        if notes := get_all_notes(user):
            yield "notes.md", to_markdown(notes, site=settings.SITE_URL)


def _describe_attempt(attempt: Attempt, *, is_told: bool) -> dict[str, Any]:
    """A pre-test has no pass mark: it counts for nothing."""
    pass_mark = {} if attempt.is_pre_test else {"passing_score": attempt.passing_score}
    return {
        "course": attempt.course.title,
        "purpose": AttemptPurpose(attempt.purpose).name.lower(),
        "started_at": attempt.started_at,
        "submitted_at": attempt.submitted_at,
        **pass_mark,
        "is_in_words": attempt.is_in_words,
        "score": attempt.score,
        "marked_again": [
            {name: getattr(row, name) for name in ("marked_at", "score_before", "score_after")}
            for row in attempt.regraded.all()
        ],
        "questions": [
            _describe_question(question, is_told=is_told and not (attempt.is_open or attempt.is_pre_test))
            for question in attempt.questions.all()
        ],
    }


def _describe_question(question: AttemptQuestion, *, is_told: bool) -> dict[str, Any]:
    """Which answer is right stays out of what has not told it: a pre-test, and an attempt that is not explained yet."""
    asked = {
        "position": question.position,
        "question": strip_tags(question.content["stem"]),
        "choices": [choice["text"] for choice in question.content.get("choices", [])],
        "answer": question.answer,
        "is_unsure": question.is_unsure,
        "answered_at": question.answered_at,
    }
    return {**asked, "is_correct": question.is_right} if is_told else asked


def _describe_watched(video: WatchedTime) -> dict[str, Any]:
    return {
        "video": video.video.title,
        "runs": to_runs(unpack(bytes(video.bits))),
        "position": video.position,
        "started_at": video.started_at,
        "updated_at": video.updated_at,
    }


def _describe_check(answer: CheckAnswer) -> dict[str, Any]:
    return {"times": answer.times, **_describe_told(answer)}


def _describe_card(card: RecallCard) -> dict[str, Any]:
    """The rest of FSRS's numbers beside it, as any program for such reviews reads them."""
    kept = ("stability", "difficulty", "rating", "rated_on", "due_on", "learned_on")
    told = {"question": strip_tags(card.question.stem), **{name: getattr(card, name) for name in kept}}
    return {**told, "answers": [_describe_told(answer) for answer in reversed(card.answers.all())]}


def _describe_told(answer: CheckAnswer | RecallAnswer) -> dict[str, Any]:
    return {
        "question": strip_tags(answer.content["stem"]),
        "choices": [choice["text"] for choice in answer.content.get("choices", [])],
        "answer": answer.answer,
        "is_right": answer.is_right,
        "is_unsure": answer.is_unsure,
        "answered_at": answer.answered_at,
    }


def get_notes(user: User) -> Any:
    return Note.objects.filter(user=user).select_related("lesson").order_by("lesson__title", "lesson_id", "created_at")
