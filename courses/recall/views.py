from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from courses.assessment.asking import describe
from courses.assessment.kinds import get_kind
from courses.errors import LearningError
from courses.models import RecallAnswer
from courses.recall import services
from courses.recall.errors import AnsweredAlready, NotInRecall
from courses.recall.forecast import draw_forecast
from courses.recall.forms import MoreForm, RecallForm
from courses.recall.queries import (
    DAILY,
    SECONDS_EACH,
    ask,
    get_asked_card,
    get_forecast,
    get_next_card,
    get_question,
    get_recall,
    get_recall_answer_for,
    get_today,
)
from courses.writing.queries import may_open_everything

DAYS = 14
"""Of the forecast."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: AuthenticatedRequest) -> HttpResponse:
    """One question that is due, or when the next one comes; POST answers it and goes on to why."""
    if request.method != "POST":
        return show(request)
    try:
        answer_id = take(request).pk
    except AnsweredAlready as before:
        answer_id = before.answer_id
    except LearningError as refused:
        return show(request, error=str(refused), status=409)
    return redirect(reverse("recall_answer", args=[answer_id]) + ("?more=1" if wants_more(request) else ""))


def take(request: AuthenticatedRequest) -> RecallAnswer:
    form = RecallForm(request.POST)
    card = form.is_valid() and get_asked_card(request.user, form.cleaned_data["card"])
    if not card:
        raise NotInRecall
    given = form.cleaned_data
    return services.answer_recall(
        user=request.user,
        card_id=card.pk,
        number=given["number"],
        revision_id=given["revision"],
        answer=get_kind(get_question(card, is_in_words=request.user.reads_in_words).kind).read_answer(request.POST),
        is_unsure=given["unsure"],
    )


def wants_more(request: HttpRequest) -> bool:
    return bool(MoreForm(request.POST or request.GET)["more"].data)


def show(request: AuthenticatedRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    context = day_context(request) | {"error": error}
    if context["goes_on"]:
        card = get_next_card(request.user, context["today"])
        if card:
            context |= {
                "card": card,
                "number": card.reviews + 1,
                "asked": describe(ask(card, is_in_words=request.user.reads_in_words), None, is_told=False),
                "revision": get_question(card, is_in_words=request.user.reads_in_words).live_revision_id,
            }
    return render(request, "courses/recall/recall.html", context, status=status)


@login_required
@never_cache
@require_safe
def recall_answer(request: AuthenticatedRequest, answer_id: int) -> HttpResponse:
    """What was answered, why, and where to read it again; then the next."""
    answer = get_recall_answer_for(request.user, answer_id)
    context = day_context(request) | {
        "answer": answer,
        "asked": describe(answer.content, answer.answer, is_told=True),
        "lesson": answer.card.question.lesson,
    }
    return render(request, "courses/recall/answer.html", context)


def day_context(request: AuthenticatedRequest) -> dict[str, Any]:
    today = get_today(request.user, timezone.now())
    found = get_recall(request.user, today)
    more = wants_more(request)
    return {
        "today": today,
        "recall": found,
        "more": more,
        "goes_on": bool(found.due if more else found.todo),
        "bars": draw_forecast(get_forecast(found, today, DAYS)),
        "days": DAYS,
        "daily": DAILY,
        "seconds": SECONDS_EACH,
        "has_access": may_open_everything(request.user),
    }


def moved(request: HttpRequest, answer_id: int | None = None) -> HttpResponse:
    """Where recall stood before: bookmarks, mails that were sent and pages that were open lead there.

    An answer that such a page sends arrives whole.
    """
    address = request.get_full_path().replace("/learn/review/", "/learn/recall/", 1)
    return HttpResponsePermanentRedirect(address, preserve_request=request.method == "POST")
