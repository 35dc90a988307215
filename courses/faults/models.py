"""What the night found wrong with what is live, kept until it is mended."""

from django.db import models
from django.utils import timezone

from courses.writing.models import Course


class StandingFault(models.Model):
    """One rule and the row in which it is mended, by the name of its model: apps above have rows of their own."""

    wagtail_reference_index_ignore = True

    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    row = models.PositiveBigIntegerField()
    title = models.CharField(max_length=255)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="+")
    field = models.CharField(max_length=64, blank=True)
    block = models.CharField(max_length=64, blank=True)
    told = models.TextField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "row", "code"], name="one_fault_of_a_rule_in_a_row")]

    def __str__(self) -> str:
        return f"{self.title}: {self.code}"
