"""What reports read: counts that are kept, so that a page does not count what a hundred thousand learners did."""

from datetime import date

from django.db import models

from courses.writing.models import Course


class Span(models.TextChoices):
    """What a row counts: a day (of UTC), a month of such days, or everything that ever was."""

    DAY = "day"
    MONTH = "month"
    ALL = "all"


BEGINNING = date(2000, 1, 1)
"""Where the span of everything begins."""


class ReportFigure(models.Model):
    """Counts of one subject of a report. They add up: over days, over courses."""

    wagtail_reference_index_ignore = True

    report = models.CharField(max_length=20)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    span = models.CharField(max_length=5, choices=Span.choices)
    begins_on: "models.DateField[date, date]" = models.DateField()
    subject = models.CharField(max_length=40, blank=True)
    counts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "course", "span", "begins_on", "subject"], name="one_figure_of_a_subject_and_span"
            )
        ]
        indexes = [
            # What stands beside a question: found without its course.
            models.Index(
                fields=["report", "subject"], condition=models.Q(span=Span.ALL), name="figures_of_all_by_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.subject}: {self.span} from {self.begins_on}"


class ReportMaking(models.Model):
    """When the figures of a report were made, and since when somebody waits for them."""

    wagtail_reference_index_ignore = True

    report = models.CharField(max_length=20, unique=True)
    made_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.report
