"""The one screen of a submission: the text as learners will see it, what changed, what is said, the decision."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from accounts.http import StaffRequest
from core.http import SeeOther, post_only
from reviews import errors, queries
from reviews.forms import AnswerForm, ApproveForm, AskForm, CommentForm
from reviews.models import Comment, Decision, State, Submission
from reviews.registry import find_kind
from reviews.services import comments as saying
from reviews.services import deciding
from reviews.studio.access import for_all, get_submission, may_write
from reviews.studio.sending import get_editor


@never_cache
@for_all
def show(request: StaffRequest, pk: int) -> HttpResponse:
    submission = get_submission(pk)
    return show_screen(request, submission)


def show_screen(request: StaffRequest, submission: Submission, *, error: str = "", status: int = 200) -> HttpResponse:
    user = request.user
    row = queries.get_row(submission)
    kind = find_kind(row) if row is not None else None
    may_decide = submission.step in queries.get_own_steps(user)
    if may_decide and request.method == "GET":
        deciding.note_opening(submission=submission, by=user)
    by_place: dict[str, list[Comment]] = defaultdict(list)
    for comment in queries.get_comments(submission):
        by_place[comment.place].append(comment)
    changes = queries.get_changes(submission)
    places = {change.part.key for change in changes}
    context = {
        "submission": submission,
        "kind": submission.content_type.model_class()._meta.verbose_name,  # type: ignore[union-attr]
        "parts": [(change, by_place[change.part.key]) for change in changes],
        "changed": [change for change in changes if change.is_changed],
        "general": [one for place, some in by_place.items() if place not in places for one in some],
        "open_comments": sum(not comment.is_resolved for some in by_place.values() for comment in some),
        "may_decide": may_decide,
        "is_own": queries.wrote(user, submission),
        "may_write": may_write(user, submission),
        "editor": get_editor(row) if row is not None and may_write(user, submission) else "",
        "preview": kind.get_preview(row, user=user) if kind else "",
        "has_page": bool(kind and submission.revision_id and kind.has_page(row)),
        "decisions": Decision.objects.filter(
            content_type=submission.content_type_id, object_id=submission.object_id
        ).select_related("submission")[:50],
        "error": error,
    }
    return render(request, "reviews/studio/review.html", context, status=status)


@for_all
def show_page(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole page of exactly this version."""
    submission = get_submission(pk)
    if submission.revision is None:
        raise Http404
    version: Any = submission.revision.as_object()
    if not hasattr(version, "make_preview_request"):
        raise Http404
    response: HttpResponse = version.make_preview_request(request, version.default_preview_mode)
    return response


# --- Decisions ----------------------------------------------------------------------------------------


@post_only("review", "pk")
@for_all
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return show_screen(request, get_submission(pk), error=tell_errors(form), status=422)
    try:
        submission = deciding.approve(submission_id=pk, said=form.cleaned_data["said"], by=request.user)
    except errors.ReviewRefused as error:
        messages.error(request, str(error))
        return redirect("review", pk)
    messages.success(request, tell_approved(submission))
    return redirect("reviews")


def tell_approved(submission: Submission) -> str:
    told = {
        State.CME: gettext("“{title}” is approved, and waits for the CME office now."),
        State.LIVE: gettext("“{title}” is approved and live."),
        State.APPROVED: gettext("“{title}” is approved, and not live yet. {obstacle}"),
    }
    return told[State(submission.state)].format(title=submission.title, obstacle=submission.obstacle).strip()


@post_only("review", "pk")
@for_all
def ask_for_changes(request: StaffRequest, pk: int) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        return show_screen(request, get_submission(pk), error=tell_errors(form), status=422)
    try:
        submission = deciding.ask_for_changes(submission_id=pk, because=form.cleaned_data["because"], by=request.user)
    except errors.ReviewRefused as error:
        messages.error(request, str(error))
        return redirect("review", pk)
    messages.success(request, gettext("“{title}” went back to its author.").format(title=submission.title))
    return redirect("reviews")


@post_only("review", "pk")
@for_all
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """What is approved and could not go live then."""
    submission = get_submission(pk)
    if not (may_write(request.user, submission) or queries.get_own_steps(request.user)):
        raise PermissionDenied
    try:
        submission = deciding.publish_again(submission_id=pk, by=request.user)
    except errors.ReviewRefused as error:
        messages.error(request, str(error))
    else:
        messages.info(request, tell_approved(submission))
    return redirect("review", pk)


def tell_errors(form: Any) -> str:
    return " ".join(str(told) for some in form.errors.values() for told in some)


# --- Comments -----------------------------------------------------------------------------------------


@post_only("review", "pk")
@for_all
def add_comment(request: StaffRequest, pk: int) -> HttpResponse:
    submission = get_submission(pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show_screen(request, submission, error=tell_errors(form), status=422)
    place = form.cleaned_data["place"]
    labels = {change.part.key: str(change.part.label) for change in queries.get_changes(submission)}
    known = place if place in labels else ""
    comment = saying.add_comment(
        submission=submission,
        place=known,
        place_label=labels.get(place, ""),
        text=form.cleaned_data["text"],
        by=request.user,
    )
    return lead_to(pk, comment)


@post_only("reviews")
@for_all
def answer(request: StaffRequest, comment: int) -> HttpResponse:
    row = get_object_or_404(Comment.objects.select_related("answers_to"), pk=comment)
    form = AnswerForm(request.POST)
    if form.is_valid():
        saying.answer_comment(comment=row, text=form.cleaned_data["text"], by=request.user)
    else:
        messages.error(request, tell_errors(form))
    return lead_back(request, row)


@post_only("reviews")
@for_all
def resolve(request: StaffRequest, comment: int) -> HttpResponse:
    row = get_object_or_404(Comment, pk=comment, answers_to=None)
    saying.resolve_comment(comment=row, by=request.user, is_resolved="open" not in request.POST)
    return lead_back(request, row)


def lead_back(request: StaffRequest, comment: Comment) -> HttpResponse:
    """To the screen on which it was pressed: a later submission shows what is open of an earlier one."""
    here = {"content_type": comment.content_type_id, "object_id": comment.object_id}
    on = Submission.objects.filter(**here, pk=_to_int(request.POST.get("on"))).first()
    return lead_to(on.pk if on else comment.submission_id, comment.answers_to or comment)


def _to_int(sent: str | None) -> int:
    return int(sent) if sent and sent.isdecimal() and len(sent) < 18 else 0


def lead_to(pk: int, comment: Comment) -> HttpResponse:
    return SeeOther(reverse("review", args=[pk]) + f"#comment-{comment.pk}")
