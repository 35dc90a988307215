from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import format_day
from courses.reports.models import BEGINNING
from courses.reports.registry import Asked, Report
from courses.writing.models import Course

FORMS = ("csv", "xlsx")
EARLIEST, LATEST = BEGINNING, date(2100, 1, 1)


class DayInput(forms.DateInput):
    """The browser's own calendar, which sends ISO dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"min": EARLIEST.isoformat(), "max": LATEST.isoformat()}, format="%Y-%m-%d")


def check_day(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise ValidationError(
            gettext("Choose a day from %(earliest)s to %(latest)s."),
            params={"earliest": format_day(EARLIEST), "latest": format_day(LATEST)},
        )


class AskForm(forms.Form):
    """Which course, from when until when."""

    course = forms.ModelChoiceField(
        Course.objects.all(), required=False, label=_("Course"), to_field_name="slug", empty_label=_("All courses")
    )
    first = forms.DateField(required=False, label=_("From"), widget=DayInput(), validators=[check_day])
    last = forms.DateField(required=False, label=_("Until"), widget=DayInput(), validators=[check_day])

    def __init__(self, report: Report, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_of_one_course = report.is_of_one_course
        if report.is_of_one_course:
            # A report of one course begins with the first that learners find.
            self.fields["course"].empty_label = None  # type: ignore[attr-defined]
            self.initial["course"] = Course.objects.order_by("-live", "position", "title").first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("It ends before it begins."))
        return cleaned

    @property
    def asked(self) -> Asked | None:
        """None where a field is wrong."""
        if not self.is_valid():
            return None
        course = self.cleaned_data["course"]
        if course is None and self.is_of_one_course:
            course = self.initial["course"]
        return Asked(course, self.cleaned_data["first"], self.cleaned_data["last"])
