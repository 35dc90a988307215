"""Which steps each course, and all guides, have: for administrators."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.http import StaffRequest
from core.acts import Act, ask, sent
from reviews.forms import StepsForm
from reviews.models import ReviewSetting
from reviews.queries import MAY_SET, get_steps
from reviews.registry import SCOPES, Scope
from reviews.services.settings import set_steps
from reviews.studio.access import for_setting

SEPARATOR = "-"


def list_scopes() -> list[Scope]:
    return [scope for ask_for in SCOPES for scope in ask_for()]


def name_in_address(scope: Scope) -> str:
    return scope.key.replace("/", SEPARATOR)


@for_setting
def list_steps(request: StaffRequest) -> HttpResponse:
    rows = {row.scope: row for row in ReviewSetting.objects.select_related("changed_by")}
    listed = [
        {"scope": scope, "row": rows.get(scope.key), "steps": get_steps(scope), "name": name_in_address(scope)}
        for scope in list_scopes()
    ]
    return render(request, "reviews/studio/steps.html", {"listed": listed})


@for_setting
def change_steps(request: StaffRequest, scope: str) -> HttpResponse:
    found = next((each for each in list_scopes() if name_in_address(each) == scope), None)
    if found is None:
        raise Http404
    steps = get_steps(found)
    form = StepsForm(sent(request), initial={"medical": steps.medical, "cme": steps.cme})
    if form.is_valid():
        given = form.cleaned_data
        changed = set_steps(
            scope=found, medical=given["medical"], cme=given["cme"], because=given["because"], by=request.user
        )
        if changed:
            messages.success(request, gettext("The steps of “{scope}” are changed.").format(scope=found.title))
        else:
            messages.info(request, gettext("Nothing changed."))
        return redirect("review_steps")
    act = Act(
        title=gettext("Steps of review"),
        about=found.title,
        consequences=[
            gettext("Without the medical review, authors publish what the CME office has approved, or at once."),
            gettext("The CME check is asked for only while an accredited activity belongs to the course."),
            gettext("What is in review already goes on."),
        ],
        button=gettext("Save"),
        back_to=reverse("review_steps"),
        icon="cog",
    )
    return ask(request, act, form)


class StepsMenuItem(MenuItem):
    def is_shown(self, request: object) -> bool:
        return bool(request.user.has_perm(MAY_SET))  # type: ignore[attr-defined]


@hooks.register("register_settings_menu_item")
def register_steps() -> MenuItem:
    return StepsMenuItem(_("Steps of review"), reverse("review_steps"), name="review-steps", icon_name="cog", order=300)
