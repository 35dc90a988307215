"""The checks of a lesson in a member's page of it, so that nothing is left to be asked for once the page stands.

How a check is asked is the same for every member but for the token of its form, and is kept until something is
published. A stranger's page is one for all strangers: there each check is fetched once it comes into view.
"""

import re
import secrets
from collections.abc import Callable

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.http import AuthenticatedRequest
from courses.assessment.asking import describe, freeze
from courses.assessment.queries.checks import get_check_answers, get_checks
from courses.assessment.queries.pools import get_in_words
from courses.models import CheckAnswer, LessonRendering, Question
from courses.writing.models import Lesson
from courses.writing.published import get_text_of, kept_until_published
from courses.writing.steps import Step, get_open_steps, split_steps

# As templates/courses/writing/blocks/question.html writes it, with a link alone in it. Kept renderings may be old.
PLACE = re.compile(
    r'(<div\s+class="lesson-check"\s+(?:data-)?hx-get="/[^"]*?/\d+/(\d+)/"\s+'
    r'(?:data-)?hx-trigger=")(?:load|intersect once)("[^>]*>)'
    r".*?</div>",
    re.DOTALL,
)
# Stands in what is kept for the token of a page.
NO_TOKEN = secrets.token_hex()


def put_checks(request: AuthenticatedRequest, text: LessonRendering, *, has_answers: bool) -> SafeString:
    """The lesson's HTML with its checks as this member finds them. One query where the member has answered any."""
    if not text.question_ids:
        return mark_safe(text.html)  # noqa: S308 - from render_lesson
    answers = get_check_answers(request.user, text) if has_answers else {}
    if text.lesson.is_stepwise:
        return _put_steps(request, text, answers)
    return _fill(request, text, _get_parts(text.lesson_id, request.user.reads_in_words), answers)


def _put_steps(request: AuthenticatedRequest, text: LessonRendering, answers: dict[int, CheckAnswer]) -> SafeString:
    """The steps that are open, and how many come."""
    steps = get_open_steps(text, answers)
    return _fill_steps(request, text, steps, answers) + _tell_steps(text, steps)


def put_next_step(request: AuthenticatedRequest, text: LessonRendering, question_id: int) -> SafeString:
    """What opens in the page that stands, when this check has just been answered for the first time."""
    answers = get_check_answers(request.user, text)
    steps = get_open_steps(text, answers)
    at = next((number for number, step in enumerate(steps) if step.check == question_id), len(steps))
    html = _fill_steps(request, text, steps[at + 1 :], answers)
    context = {"html": html, "note": _tell_steps(text, steps, is_again=True)}
    return mark_safe(render_to_string("courses/assessment/_next_step.html", context))  # noqa: S308


def is_first_answer(request: AuthenticatedRequest, question_id: int) -> bool:
    """Whether this request gave it: only then is the next step not in the page yet."""
    answers = CheckAnswer.objects.filter(user=request.user, question=question_id, times=1)
    return request.method == "POST" and answers.exists()


def _tell_steps(text: LessonRendering, steps: list[Step], *, is_again: bool = False) -> SafeString:
    context = {"number": len(steps), "count": len(split_steps(text)), "is_again": is_again}
    return render_to_string("courses/assessment/_steps.html", context)


def _fill_steps(
    request: AuthenticatedRequest, text: LessonRendering, steps: list[Step], answers: dict[int, CheckAnswer]
) -> SafeString:
    html = "\n".join(step.html for step in steps)
    return _fill(request, text, _cut(text.lesson, html, request.user.reads_in_words), answers)


def _fill(
    request: AuthenticatedRequest, text: LessonRendering, parts: list[tuple[int, str]], answers: dict[int, CheckAnswer]
) -> SafeString:
    checks = get_checks(text.lesson_id)
    filled = [
        _render_told(text.lesson, checks[key], answers[key]) if key in answers and key in checks else html
        for key, html in parts
    ]
    return mark_safe("".join(filled).replace(NO_TOKEN, get_token(request)))  # noqa: S308 - from our templates


@kept_until_published
def _get_parts(lesson_id: int, is_in_words: bool) -> list[tuple[int, str]]:
    text = get_text_of(lesson_id)
    return _cut(text.lesson, text.html, is_in_words)


def _cut(lesson: Lesson, text: str, is_in_words: bool) -> list[tuple[int, str]]:
    """HTML of the lesson cut at its checks: of each its key and how it is asked, and 0 with what stands between."""
    checks = get_checks(lesson.pk)
    in_words = get_in_words(checks) if is_in_words else {}

    def ask(key: int) -> str | None:
        if key not in checks:  # withdrawn: the link says so
            return None
        return _render_asked(lesson, checks[key], in_words.get(key, checks[key]))

    return cut_at_checks(text, ask)


def cut_at_checks(text: str, ask: Callable[[int], str | None]) -> list[tuple[int, str]]:
    """The same with any questions: `ask` gives what stands in the place of each, and None where its link stays."""
    parts, at = [], 0
    for place in PLACE.finditer(text):
        key = int(place[2])
        asked = ask(key)
        if asked is None:
            continue
        # The script asks for it anew where the page may be old (static/js/check.js).
        parts += [(0, f"{text[at : place.start()]}{place[1]}check:again{place[3]}"), (key, asked), (0, "</div>")]
        at = place.end()
    return [*parts, (0, text[at:])]


def _render_asked(lesson: Lesson, question: Question, asked: Question) -> str:
    """`asked` is the question itself, or its counterpart in words."""
    described = describe(freeze(asked, None), None, is_told=False)
    return _render(lesson, question, asked=described, revision=asked.live_revision_id)


def _render_told(lesson: Lesson, question: Question, answer: CheckAnswer) -> str:
    return _render(lesson, question, asked=describe(answer.content, answer.answer, is_told=True))


def _render(lesson: Lesson, question: Question, **context: object) -> str:
    shown = {"lesson": lesson, "question": question, "is_member": True, "csrf_token": NO_TOKEN, **context}
    return render_to_string("courses/assessment/_check.html", shown)
