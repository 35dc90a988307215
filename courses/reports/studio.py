"""The studio's screens of reports: pictures and tables of what is kept, and files of the same."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import Panel

from accounts.http import StaffRequest
from accounts.models import User
from core.acts import for_staff
from core.http import post_only
from core.spreadsheets import respond
from courses.reports import services
from courses.reports.forms import FORMS, AskForm
from courses.reports.queries import get_answer_sums, get_making
from courses.reports.registry import REPORTS, Cell, Report, Section
from courses.reports.statistics import FEWEST, FEWEST_ANSWERS, AnswerSums, discrimination_of, percent_of


def list_reports_for(user: User) -> list[Report]:
    seen = [report for report in REPORTS.values() if user.has_perm(report.permission)]
    return sorted(seen, key=lambda report: report.order)


@require_safe
@require_admin_access
def show_index(request: StaffRequest) -> HttpResponse:
    reports = list_reports_for(request.user)
    if not reports:
        raise PermissionDenied
    return render(request, "courses/reports/studio/index.html", {"reports": reports})


def show_report(request: StaffRequest, report: Report) -> HttpResponseBase:
    form = AskForm(report, request.GET)
    asked = form.asked
    sections = report.tell(asked) if asked else []
    if (kind := request.GET.get("export")) in FORMS:
        return export(report, choose(sections, request.GET.get("part", "")), kind)
    making = get_making(report.slug)
    context = {
        "report": report,
        "form": form,
        "sections": sections,
        "making": making,
        "is_under_way": making.asked_at is not None and making.asked_at > timezone.now() - services.PATIENCE,
        "query": form_query(request),
        "fewest": FEWEST,
        "is_filtered": asked is not None and bool(asked.first or asked.last),
    }
    return render(request, "courses/reports/studio/report.html", context)


def form_query(request: HttpRequest) -> str:
    """What the files are asked with, beside their kind and part."""
    kept = request.GET.copy()
    for name in ("export", "part"):
        kept.pop(name, None)
    return kept.urlencode()


def choose(sections: Sequence[Section], key: str) -> Section | None:
    """The one that is named, or the first."""
    return next((section for section in sections if section.key == key), next(iter(sections), None))


def export(report: Report, section: Section | None, kind: str) -> HttpResponseBase:
    name = f"{report.slug}-{section.key}" if section else report.slug
    return respond(write_rows(section), name=name, form=kind)


def write_rows(section: Section | None) -> Iterator[Sequence[Cell]]:
    if section:
        yield list(section.head)
        yield from section.rows


@post_only("reports")
@require_admin_access
def make_anew(request: StaffRequest) -> HttpResponse:
    if not list_reports_for(request.user):
        raise PermissionDenied
    if services.ask_anew():
        messages.success(request, gettext("The figures are being made anew. Reload in a minute."))
    else:
        messages.warning(request, gettext("The figures are being made anew already. Reload in a minute."))
    report = REPORTS.get(request.POST.get("report", ""))
    return redirect(f"report_{report.slug}" if report else "reports")


def serve(report: Report) -> URLPattern:
    @for_staff(report.permission)
    @require_safe
    def view(request: StaffRequest) -> HttpResponseBase:
        return show_report(request, report)

    return path(f"reports/{report.slug}/", view, name=f"report_{report.slug}")


@hooks.register("register_admin_urls")
def register_report_urls() -> list[URLPattern]:
    """Wagtail's own reports stand beside them, under other names."""
    return [
        path("reports/", show_index, name="reports"),
        path("reports/make-anew/", make_anew, name="reports_make_anew"),
        *(serve(report) for report in REPORTS.values()),
    ]


class ReportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and list_reports_for(request.user))


@hooks.register("register_reports_menu_item")
def register_reports() -> MenuItem:
    return ReportsMenuItem(
        _("Courses and learners"), reverse("reports"), name="learning-reports", icon_name="group", order=10
    )


# --- Beside a question ------------------------------------------------------------------------------


def tell_answers(question: Any) -> str:
    """In a list of `with_answers`."""
    sums = AnswerSums.of(question.answer_counts or {})
    percent, r = percent_of(sums.share), discrimination_of(sums)
    if percent is None:
        return gettext("n %(n)d") % {"n": sums.n} if sums.n else ""
    if r is None:
        return gettext("%(percent)d %% right, n %(n)d") % {"percent": percent, "n": sums.n}
    told = gettext("%(percent)d %% right, r %(r)s, n %(n)d")
    return told % {"percent": percent, "r": f"{r:.2f}", "n": sums.n}


class StatisticsPanel(Panel):
    """How learners answered this question, in its editor."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/reports/studio/question_panel.html"

        def is_shown(self) -> bool:
            return (
                super().is_shown()
                and bool(self.instance.pk)
                and self.request.user.has_perm("courses.view_reportfigure")
            )

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            sums = get_answer_sums(self.instance.pk)
            return {
                **context,
                "sums": sums,
                "percent": percent_of(sums.share),
                "discrimination": discrimination_of(sums),
                "making": get_making("questions"),
                "fewest": FEWEST,
                "fewest_answers": FEWEST_ANSWERS,
                "course": self.instance.course,
            }
