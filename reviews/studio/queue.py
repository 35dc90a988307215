"""What waits for whom: the list of reviewers, and what became of what an author sent."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from accounts.models import User
from core.acts import for_staff
from core.http import post_only
from reviews import errors, queries
from reviews.forms import ApproveSeveralForm
from reviews.models import State, Step, Submission
from reviews.registry import WAITS_ELSEWHERE
from reviews.services.deciding import approve_several
from reviews.services.recording import see_correction
from reviews.studio import records, screen, sending, steps
from reviews.studio.access import for_all

LAST_SENT = 30
MAY_REVIEW = queries.MAY_DECIDE[Step.MEDICAL]


@never_cache
@for_all
def show_queue(request: StaffRequest) -> HttpResponse:
    user = request.user
    waiting = list(queries.get_queue(user))
    for row in waiting:
        row.is_own = queries.wrote(user, row)  # type: ignore[attr-defined]
    context = {
        "decides": bool(queries.get_own_steps(user)),
        "batches": group(waiting),
        "count": len(waiting),
        "elsewhere": list_elsewhere(user),
        "corrections": list(queries.get_corrections()) if user.has_perm(MAY_REVIEW) else [],
        "sends": user.has_perm(queries.MAY_SEND),
        "sent": queries.get_sent_by(user, LAST_SENT) if user.has_perm(queries.MAY_SEND) else [],
        "may_see_record": user.has_perm(queries.MAY_SEE_RECORD),
        "may_set": user.has_perm(queries.MAY_SET),
    }
    return render(request, "reviews/studio/queue.html", context)


def group(rows: list[Submission]) -> list[dict[str, Any]]:
    """What was sent together stands together."""
    batches: dict[Any, list[Submission]] = defaultdict(list)
    for row in rows:
        batches[row.batch].append(row)
    return [{"rows": some, "first": some[0], "kinds": count_kinds(some)} for some in batches.values()]


def count_kinds(rows: list[Submission]) -> str:
    names = sorted(name_kind(row) for row in rows)
    return ", ".join(f"{len(list(some))} × {name}" for name, some in groupby(names))  # noqa: RUF001


def name_kind(row: Submission) -> str:
    model: Any = row.content_type.model_class()
    return str(model._meta.verbose_name) if model else ""


def list_elsewhere(user: User) -> list[Any]:
    return [waiting for ask in WAITS_ELSEWHERE for waiting in ask(user)]


@post_only("reviews")
@for_all
def approve_picked(request: StaffRequest) -> HttpResponse:
    known = list(queries.get_queue(request.user).values_list("pk", flat=True))
    form = ApproveSeveralForm(request.POST, known=known)
    if not form.is_valid():
        messages.error(request, screen.tell_errors(form))
        return redirect("reviews")
    try:
        done = approve_several(submission_ids=form.cleaned_data["pick"], by=request.user)
    except errors.ReviewRefused as error:
        messages.error(request, str(error))
        return redirect("reviews")
    approved = [row for row in done if row.state != State.FELL_BACK]
    told = ngettext("{count} is approved.", "{count} are approved.", len(approved)).format(count=len(approved))
    messages.success(request, told)
    for row in done:
        if row.state == State.FELL_BACK:
            messages.warning(request, f"“{row.title}”: {errors.ChangedSince()}")
        elif row.obstacle:
            messages.warning(request, screen.tell_approved(row))
    return redirect("reviews")


@post_only("reviews")
@for_staff(MAY_REVIEW)
def see(request: StaffRequest, pk: int) -> HttpResponse:
    if see_correction(decision_id=pk, by=request.user):
        messages.success(request, gettext("The correction is noted as seen."))
    else:
        messages.warning(request, gettext("Somebody had seen it already."))
    return redirect("reviews")


# --- Its places in the studio -------------------------------------------------------------------------


class ReviewPanel(Component):
    """On the home of the studio."""

    order = 60
    template_name = "reviews/studio/panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        if not user.has_perm(queries.MAY_SEE):
            return {}
        queue = queries.get_queue(user)
        sent = queries.get_sent_by(user, LAST_SENT) if user.has_perm(queries.MAY_SEND) else []
        return {
            "decides": bool(queries.get_own_steps(user)),
            "count": queue.count(),
            "oldest": list(queue[:5]),
            "elsewhere": len(list_elsewhere(user)),
            "corrections": queries.get_corrections().count() if user.has_perm(MAY_REVIEW) else 0,
            "sends": user.has_perm(queries.MAY_SEND),
            "back": [row for row in sent if row.state in (State.CHANGES, State.FELL_BACK)][:5],
            "under_way": sum(row.is_open for row in sent),
        }


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(ReviewPanel())


class ReviewsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(queries.MAY_SEE)


@hooks.register("register_admin_menu_item")
def register_reviews() -> MenuItem:
    return ReviewsMenuItem(_("Review"), reverse("reviews"), name="reviews", icon_name="comment", order=112)


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("reviews.send", _("Send to review"), _("Sent to review"))
    actions.register_action("reviews.see_correction", _("See correction"), _("Correction seen"))
    actions.register_action("reviews.corrected", _("Publish small correction"), _("Small correction published"))
    actions.register_action("reviews.unreviewed", _("Publish without review"), _("Published without review"))


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return [
        path("reviews/", show_queue, name="reviews"),
        path("reviews/approve/", approve_picked, name="reviews_approve"),
        path("reviews/corrections/<int:pk>/seen/", see, name="review_correction_seen"),
        path("reviews/record/", records.RecordView.as_view(), name="review_record"),
        path("reviews/record/results/", records.RecordView.as_view(results_only=True), name="review_record_results"),
        path("reviews/record/<int:pk>/", records.show_decision, name="review_decision"),
        path("reviews/steps/", steps.list_steps, name="review_steps"),
        path("reviews/steps/<str:scope>/", steps.change_steps, name="review_steps_change"),
        path("reviews/send/<str:label>/<int:pk>/", sending.send_row, name="review_send"),
        path("reviews/correct/<str:label>/<int:pk>/", sending.correct, name="review_correct"),
        path("reviews/unreviewed/<str:label>/<int:pk>/", sending.publish_without_review, name="review_unreviewed"),
        path("reviews/comments/<int:comment>/answer/", screen.answer, name="review_answer"),
        path("reviews/comments/<int:comment>/resolve/", screen.resolve, name="review_resolve"),
        path("reviews/<int:pk>/", screen.show, name="review"),
        path("reviews/<int:pk>/page/", screen.show_page, name="review_page"),
        path("reviews/<int:pk>/approve/", screen.approve, name="review_approve"),
        path("reviews/<int:pk>/ask/", screen.ask_for_changes, name="review_ask"),
        path("reviews/<int:pk>/publish/", screen.publish, name="review_publish"),
        path("reviews/<int:pk>/withdraw/", sending.withdraw_submission, name="review_withdraw"),
        path("reviews/<int:pk>/comments/", screen.add_comment, name="review_comment"),
    ]
