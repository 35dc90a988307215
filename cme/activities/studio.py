from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cme.activities.models import Activity, CreditType
from cme.activities.time import measure_activity
from core.studio import get_viewset, refuse_to_delete


class TimePanel(Panel):
    """What is designated beside what follows from how long the course takes: as saved, not as the form stands."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cme/activities/studio/time.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            saved = Activity.objects.select_related("course").get(pk=self.instance.pk)
            return {**context, "measured": measure_activity(saved)}


class ActivityViewSet(SnippetViewSet):
    model = Activity
    icon = "doc-full-inverse"
    list_display = ["course", "provider", "max_credits", "designated_on", "expires_on"]
    panels = [
        FieldPanel("course"),
        MultiFieldPanel(
            [
                FieldPanel("provider"),
                FieldPanel("provider_note"),
                FieldPanel("is_demonstration"),
                FieldRowPanel([FieldPanel("sponsorship"), FieldPanel("partners")]),
                FieldPanel("accreditation_statement"),
            ],
            _("Accreditation"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("credit_types"),
                FieldRowPanel([FieldPanel("max_credits"), FieldPanel("designated_on")]),
                FieldPanel("designation_statement"),
            ],
            _("Designation"),
        ),
        MultiFieldPanel([TimePanel()], _("Time")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("released_on"), FieldPanel("reviewed_on"), FieldPanel("expires_on")]),
                FieldPanel("review_years"),
            ],
            _("Dates"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("learning_format"), FieldPanel("medium")]),
                FieldPanel("method"),
                FieldPanel("support_statement"),
                FieldPanel("contact"),
            ],
            _("What learners are told"),
        ),
    ]


class CreditTypeViewSet(SnippetViewSet):
    model = CreditType
    icon = "tag"
    list_display = ["name", "increment", "checked_on"]
    panels = [
        FieldPanel("name"),
        FieldPanel("plural"),
        FieldPanel("slug"),
        FieldPanel("is_trademark"),
        FieldPanel("professions"),
        FieldPanel("increment"),
        FieldPanel("heading"),
        FieldPanel("wording"),
        FieldPanel("advice"),
        MultiFieldPanel([FieldPanel("source"), FieldPanel("source_url"), FieldPanel("checked_on")], _("Source")),
    ]


class CmeGroup(SnippetViewSetGroup):
    items = (ActivityViewSet, CreditTypeViewSet)
    menu_label = _("CME")
    menu_icon = "success"
    menu_order = 120


register_snippet(CmeGroup)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def warn_of_a_course_that_is_not_live(request: HttpRequest, row: Model) -> None:
    if isinstance(row, Activity) and not row.course.live:
        told = gettext("“{course}” is not published: nobody can earn this credit before it is.")
        messages.warning(request, told.format(course=row.course))


KEPT_BECAUSE: dict[type[Model], Promise] = {
    Activity: _(
        "Learners evaluated it or claimed its credit, and that is kept. Bring forward the day on which it expires "
        "instead: nobody can claim credit after it."
    ),
    CreditType: _(
        "Learners claimed it, and that is kept. Take it out of the activities instead: nobody can claim it any more."
    ),
}


@hooks.register("before_delete_snippet")
def keep_what_credit_stands_on(request: HttpRequest, rows: list[Model]) -> HttpResponse | None:
    """Wagtail asks for a single row and for many."""
    ours = [row for row in rows if type(row) in KEPT_BECAUSE]
    if not ours:
        return None
    back_to = reverse(get_viewset(ours[0]).get_url_name("list"))
    return refuse_to_delete(request, ours, because=lambda row: str(KEPT_BECAUSE[type(row)]), back_to=back_to)


@hooks.register("register_log_actions")
def register_activity_actions(actions: LogActionRegistry) -> None:
    actions.register_action("cme.write_credit_type", _("Write credit type"), _("Credit type written"))
    actions.register_action("cme.write_activity", _("Write activity"), _("Activity written"))
