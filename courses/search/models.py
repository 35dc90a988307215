"""What search finds (docs/decisions/0025-search.md). Written by courses.search.indexing alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.videos.models import Video


class PassageKind(models.TextChoices):
    COURSE = "course", _("Course")
    LESSON = "lesson", _("Lesson")
    # The title alone: all that there is to find of a lesson for readers who may not open it.
    LOCKED = "locked", _("Locked lesson")
    TEXT = "text", _("Text")
    FIGURE = "figure", _("Figure")
    TABLE = "table", _("Table")
    VIDEO = "video", _("Video")
    PAGE = "page", _("Information")


class Passage(models.Model):
    """One place that search can lead to: a course or lesson by its title, a paragraph, a figure, half a minute of film.

    Who may see it is not in the row: it belongs to a course, a lesson or a page, and these are asked each time.
    """

    wagtail_reference_index_ignore = True

    kind = models.CharField(max_length=6, choices=PassageKind.choices)
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, null=True, related_name="passages")
    lesson = models.ForeignKey("courses.Lesson", on_delete=models.CASCADE, null=True, related_name="passages")
    page = models.SlugField(blank=True, help_text=_("The information page, by its address."))
    position = models.PositiveIntegerField(help_text=_("Its place in the course, lesson or page."))
    block = models.CharField(max_length=36, blank=True)
    video = models.ForeignKey(Video, on_delete=models.CASCADE, null=True, related_name="+")
    second = models.PositiveIntegerField(null=True, help_text=_("Of the video."))
    is_first = models.BooleanField(default=True, help_text=_("Whether it begins its block."))
    heading = models.TextField(blank=True, help_text=_("The title, or the heading that the text stands under."))
    text = models.TextField(blank=True)
    edition = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="course", course__isnull=False, lesson=None, page="")
                | models.Q(kind="page", course=None, lesson=None) & ~models.Q(page="")
                | models.Q(lesson__isnull=False, course=None, page="") & ~models.Q(kind__in=["course", "page"]),
                name="passage_belongs_to_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["page"], condition=~models.Q(page=""), name="passages_by_page")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.heading}"


class PassageWord(models.Model):
    """A word of a passage, folded and stemmed, and how much it weighs there."""

    wagtail_reference_index_ignore = True

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="words", db_index=False)
    stem = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "stem"], name="one_word_per_passage")]
        indexes = [
            # The class makes it serve for beginnings of words, too, in any collation of PostgreSQL.
            models.Index(
                fields=["stem", "passage"], opclasses=["varchar_pattern_ops", "int8_ops"], name="passages_by_word"
            )
        ]

    def __str__(self) -> str:
        return self.stem
