from django.db import models
from wagtail.models import Revision


class LoadedContent(models.Model):
    """What the content loader last made of a file, so that it never overwrites people's work (decision 15)."""

    key = models.CharField(max_length=255, unique=True)
    sha256 = models.CharField(max_length=64)
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True)
    # Slugs are people's to change; the row that was made stays known.
    object_id = models.PositiveBigIntegerField(null=True)
    # What has no revisions, as it was after the load: a row's values, or where an outline put its lessons.
    state = models.JSONField(null=True)

    class Meta:
        verbose_name_plural = "loaded content"

    def __str__(self) -> str:
        return self.key
