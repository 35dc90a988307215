"""In the editors: what needs review is sent there, and not published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import action_menu as pages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets import action_menu as snippets

from reviews.models import Submission
from reviews.queries import all_need_review, find_open, get_latest, needs_review, tell_state
from reviews.registry import KINDS
from reviews.studio.access import name_model

LEADS_TO = {"review": "review_send", "correct": "review_correct", "unreviewed": "review_unreviewed"}
WORDS: dict[str, tuple[Promise, str]] = {
    "review": (_("Send to review"), "resubmit"),
    "correct": (_("Publish a small correction"), "edit"),
    "unreviewed": (_("Publish without review"), "warning"),
}


def get_way(request: HttpRequest, row: Any) -> str:
    """Where the button leads that the editor was sent with; nothing for another one."""
    asked = next((name for name in LEADS_TO if request.POST.get(f"action-{name}")), "")
    return reverse(LEADS_TO[asked], args=[name_model(row), row.pk]) if asked else ""


def list_review_buttons(row: Any) -> list[HeaderButton]:
    """For the head of an editor: what became of what was sent last."""
    submission = get_latest(row) if row is not None and row.pk else None
    if submission is None:
        return []
    told = tell_state(submission.state, row) or gettext("Review")
    return [HeaderButton(told, url=reverse("review", args=[submission.pk]), icon_name="comment")]


class LeadsToReview:
    """A snippet's editor. What is sent to review is saved as a draft; the next page says what it lacks."""

    action: str
    object: Any
    request: HttpRequest
    saving_as_draft: bool

    def get_available_actions(self) -> list[str]:
        return [*super().get_available_actions(), *LEADS_TO]  # type: ignore[misc]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.saving_as_draft = self.saving_as_draft or self.action in LEADS_TO

    def get_success_url(self) -> str:
        return get_way(self.request, self.object) or str(super().get_success_url())  # type: ignore[misc]

    def get_success_message(self, instance: Any = None) -> Any:
        if self.action in LEADS_TO:
            return None
        return super().get_success_message(instance)  # type: ignore[misc]


class PageLeadsToReview:
    """The same for a page."""

    request: HttpRequest
    page: Any

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return list_review_buttons(self.page)

    def redirect_and_remain(self) -> HttpResponse:
        way = get_way(self.request, self.page)
        if self.request.POST.get("action-publish") and (told := self.page.find_obstacle()):
            messages.warning(self.request, told)
        return redirect(way) if way else super().redirect_and_remain()  # type: ignore[misc]


# --- Buttons ------------------------------------------------------------------------------------------


def make_item(base: Any, name: str) -> Any:
    label, icon = WORDS[name]
    return type("ReviewItem", (base,), {"name": f"action-{name}", "label": label, "icon_name": icon})()


def make_link(base: Any, label: str, url: str, icon: str) -> Any:
    shown = {"is_shown": lambda self, context: True, "get_url": lambda self, context: url}
    return type("ReviewLink", (base,), {"name": "review-link", "label": label, "icon_name": icon, **shown})()


def offer(items: list[Any], base: Any, *, row: Any, request: HttpRequest, model: Any, unpublish: str) -> None:
    """In place of publishing, where review comes before."""
    kind = KINDS.get(model)
    if kind is None:
        return
    if row is None:
        scope = "guides" if model._meta.app_label == "guides" else "course"
        if all_need_review(scope):
            items[:] = [item for item in items if item.name != "action-publish"]
        items.insert(0, make_item(base, "review"))
        return
    submission = find_open(row)
    if submission is not None:
        offer_while_in_review(items, base, row=row, submission=submission, unpublish=unpublish)
    elif needs_review(row):
        items[:] = [item for item in items if item.name != "action-publish"]
        wanted = ["review", *(["correct"] if row.live else []), *(["unreviewed"] if request.user.is_superuser else [])]
        items[:0] = [make_item(base, name) for name in wanted]


def offer_while_in_review(items: list[Any], base: Any, *, row: Any, submission: Submission, unpublish: str) -> None:
    items[:] = [item for item in items if item.name not in ("action-publish", "action-unpublish")]
    items.insert(0, make_link(base, gettext("See the review"), reverse("review", args=[submission.pk]), "comment"))
    if row.live:
        items.append(make_link(base, gettext("Unpublish"), unpublish, "download"))


@hooks.register("construct_snippet_action_menu")
def offer_review(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    row = context.get("instance") if context["view"] != "create" else None
    unpublish = ""
    if row is not None and type(row) in KINDS:
        unpublish = reverse(row.snippet_viewset.get_url_name("unpublish"), args=[row.pk])
    base = snippets.ActionMenuItem
    offer(items, base, row=row, request=request, model=context["model"], unpublish=unpublish)


@hooks.register("construct_page_action_menu")
def offer_review_of_page(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    page = context.get("page")
    row = page.specific if page is not None and page.pk else None
    model = type(row) if row is not None else next((kind for kind in KINDS if kind._meta.app_label == "guides"), None)
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[row.pk]) if row is not None else ""
    offer(items, pages.ActionMenuItem, row=row, request=request, model=model, unpublish=unpublish)
