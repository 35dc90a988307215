import uuid
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.durations import clock
from courses.videos.models import Video
from courses.writing.models import Lesson

# Characters.
LONGEST_NOTE = 5000
LONGEST_QUOTE = 2000
LONGEST_CONTEXT = 40
LONGEST_PLACE = 120

WORDS_IN_ADDRESS = 8


class NoteKind(models.TextChoices):
    NOTE = "note", _("Note")
    HIGHLIGHT = "highlight", _("Highlight")
    BOOKMARK = "bookmark", _("Bookmark")


class Note(models.Model):
    """What a learner wrote or marked in a lesson: at a block of its text, or at a second of a video. Private.

    What holds text is a note, what holds a quote alone is a highlight, and what holds neither is a bookmark.
    """

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notes")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="notes")
    key = models.UUIDField(default=uuid.uuid4, help_text=_("Made with the form: sent twice, it makes one note."))
    kind = models.CharField(max_length=9, choices=NoteKind.choices)
    block = models.CharField(
        max_length=36, blank=True, help_text=_("The id of the block that it belongs to; empty: the whole lesson.")
    )
    video = models.ForeignKey(Video, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    second = models.PositiveIntegerField(null=True, blank=True, help_text=_("Of the video."))
    place = models.CharField(
        max_length=LONGEST_PLACE, blank=True, help_text=_("How the paragraph began, or the video's title, as it stood.")
    )
    quote = models.TextField(blank=True, help_text=_("The words that are marked, as they stood."))
    prefix = models.CharField(max_length=LONGEST_CONTEXT, blank=True, help_text=_("What stood before the quote."))
    suffix = models.CharField(max_length=LONGEST_CONTEXT, blank=True, help_text=_("What stood after the quote."))
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["user", "lesson"], name="notes_by_learner_and_lesson")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="note_once_per_form"),
            models.UniqueConstraint(
                fields=["user", "lesson", "block", "place"],
                condition=Q(kind="bookmark", second=None),
                name="one_bookmark_per_place",
            ),
            models.UniqueConstraint(
                fields=["user", "lesson", "block", "second"],
                condition=Q(kind="bookmark", second__isnull=False),
                name="one_bookmark_per_second",
            ),
            models.CheckConstraint(
                condition=(Q(kind="note") & ~Q(text=""))
                | (Q(kind="highlight", text="") & ~Q(quote=""))
                | Q(kind="bookmark", text="", quote=""),
                name="note_is_of_the_kind_of_its_content",
            ),
            models.CheckConstraint(
                condition=~Q(block="") | Q(kind="note", quote="", second=None), name="only_a_note_has_no_block"
            ),
            models.CheckConstraint(condition=Q(quote="") | Q(second=None), name="note_on_words_or_on_a_second"),
            # Not the other way round: the second is kept when the video is deleted.
            models.CheckConstraint(
                condition=Q(video=None) | Q(second__isnull=False), name="note_on_a_video_has_second"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_NOTE), name="note_is_not_too_long"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("quote"), LONGEST_QUOTE), name="quote_is_not_too_long"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()} in {self.lesson}"

    @property
    def time(self) -> str:
        """Where in the video."""
        return clock(self.second or 0)

    @property
    def url(self) -> str:
        """The place in the lesson: the block, and the second of its video or words of its text."""
        if not self.block:
            return self.lesson.url
        words = (self.quote or self.place.removesuffix(" …")).split()[:WORDS_IN_ADDRESS]
        text = quote(" ".join(words), safe="").replace("-", "%2D")
        finer = f":~:text={text}" if self.second is None else f"@{self.second}"
        return f"{self.lesson.url}#b-{self.block}{finer}"
