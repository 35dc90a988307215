"""What search finds (docs/decisions/0025-search.md). Written by courses.search.indexing alone, but for the synonyms."""

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from courses.search.words import read_stems
from courses.videos.models import Video


class PassageKind(models.TextChoices):
    """Those of courses; apps above name their own (courses.search.kinds)."""

    COURSE = "course", _("Course")
    LESSON = "lesson", _("Lesson")
    # The title alone: all that there is to find of a lesson for readers who may not open it.
    LOCKED = "locked", _("Locked lesson")
    TEXT = "text", _("Text")
    FIGURE = "figure", _("Figure")
    TABLE = "table", _("Table")
    VIDEO = "video", _("Video")
    SOURCE = "source", _("Reference")


OF_LESSONS = [kind.value for kind in PassageKind if kind != PassageKind.COURSE]


class Passage(models.Model):
    """One place that search can lead to: a title, a paragraph, a figure, half a minute of a video.

    Who may see it is not in the row: it belongs to a course, a lesson or a page, and these are asked each time.
    """

    wagtail_reference_index_ignore = True

    kind = models.CharField(max_length=6)
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, null=True, related_name="passages")
    lesson = models.ForeignKey("courses.Lesson", on_delete=models.CASCADE, null=True, related_name="passages")
    page = models.SlugField(blank=True, help_text=_("A page of an app above, by its address."))
    position = models.PositiveIntegerField(help_text=_("Its place in the course, lesson or page."))
    block = models.CharField(max_length=36, blank=True)
    video = models.ForeignKey(Video, on_delete=models.CASCADE, null=True, related_name="+")
    second = models.PositiveIntegerField(null=True, help_text=_("Of the video."))
    is_first = models.BooleanField(default=True, help_text=_("Whether it begins its block."))
    heading = models.TextField(blank=True, help_text=_("The title, or the heading that the text stands under."))
    text = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(db_default=0, help_text=_("How much a word of the heading counts."))
    heading_words = models.TextField(db_default="", help_text=_("The stems of the heading."))
    words = models.TextField(db_default="", help_text=_("The stems of heading and text."))
    edition = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="course", course__isnull=False, lesson=None, page="")
                | models.Q(kind__in=OF_LESSONS, lesson__isnull=False, course=None, page="")
                | models.Q(course=None, lesson=None) & ~models.Q(page="") & ~models.Q(kind__in=PassageKind.values),
                name="passage_is_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["page"], condition=~models.Q(page=""), name="passages_by_page"),
            # PostgreSQL finds any part of a text by its groups of three letters; SQLite reads all texts.
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="passages_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.heading}"


def validate_synonyms(words: str) -> None:
    if any(not read_stems(phrase) for phrase in words.split(",")) or "," not in words:
        raise ValidationError(gettext("Write two or more, separated by commas."))


class Synonyms(models.Model):
    """Words that are looked for together: an abbreviation and what it stands for, an old word and the new one."""

    wagtail_reference_index_ignore = True

    words = models.CharField(
        _("words or phrases of one meaning"),
        max_length=300,
        unique=True,
        validators=[validate_synonyms],
        help_text=_("Separated by commas, such as “DBT, tomosynthesis”. Whoever looks for one finds the others, too."),
    )

    panels = [FieldPanel("words")]

    class Meta:
        ordering = ["words"]
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return self.words
