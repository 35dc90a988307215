"""The studio's screen of a question whose key was wrong: what marking again would do, and doing it."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages as studio_messages
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import ReasonForm, for_staff, sent
from courses.assessment.errors import NothingToRegrade
from courses.assessment.models.questions import Question
from courses.assessment.queries.regrades import list_regrades, preview_regrade, was_marked_otherwise
from courses.assessment.services.regrades import start_regrade

for_publishers = for_staff("courses.publish_question")


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("courses.regrade", _("Mark again"), _("Attempts marked again by the mended key"))


@for_publishers
def show_regrade(request: StaffRequest, pk: int) -> HttpResponse:
    """POST has attempts marked again."""
    question = get_object_or_404(Question.objects.select_related("objective", "image", "live_revision"), pk=pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            start_regrade(question=question, because=form.cleaned_data["because"], by=request.user)
        except NothingToRegrade as error:
            messages.error(request, str(error))
        return redirect("question_regrade", pk)
    context = {"question": question, "form": form, "preview": preview_regrade(question), **about(question)}
    status = 422 if form.is_bound else 200
    return render(request, "courses/studio/questions/regrade.html", context, status=status)


def about(question: Question) -> dict[str, Any]:
    regrades = list(list_regrades(question))
    return {"regrades": regrades, "is_under_way": any(regrade.is_under_way for regrade in regrades)}


@for_publishers
def show_state(request: StaffRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while attempts are marked."""
    question = get_object_or_404(Question, pk=pk)
    context = {"question": question, **about(question)}
    response = render(request, "courses/studio/questions/_regrades.html", context)
    if not context["is_under_way"]:
        response.headers["HX-Refresh"] = "true"
    return response


@hooks.register("after_publish")
def offer_to_mark_again(request: HttpRequest, row: Model) -> None:
    """Whoever publishes another key hears that attempts were marked by the one before."""
    question = Question.objects.filter(pk=row.pk, live=True).first() if isinstance(row, Question) else None
    if question is None or not was_marked_otherwise(question):
        return
    told = gettext("Attempts were asked this question with another key.")
    button = studio_messages.button(reverse("question_regrade", args=[question.pk]), gettext("Mark attempts again"))
    studio_messages.warning(request, told, buttons=[button])


@hooks.register("register_admin_urls")
def register_regrade_urls() -> list[URLPattern]:
    return [
        path("questions/<int:pk>/regrade/", show_regrade, name="question_regrade"),
        path("questions/<int:pk>/regrade/state/", show_state, name="question_regrade_state"),
    ]
