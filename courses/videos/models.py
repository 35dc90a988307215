import re

from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.durations import clock
from courses.videos.captions import Cue, read_captions

# Of each part of a stream, as its playlist says.
PART_LENGTH = re.compile(r"^#EXTINF:([\d.]+)", re.MULTILINE)


class VideoStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ENCODING = "encoding", _("Being made ready")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Cannot be used")


class Video(models.Model):
    """A video in a lesson. The original is kept; what browsers play is made of it once, and never changes after."""

    title = models.CharField(max_length=200)
    original = models.FileField(
        _("video"),
        upload_to="videos/originals/",
        validators=[FileExtensionValidator(["mp4", "mov", "m4v", "webm", "mkv"])],
    )
    status = models.CharField(max_length=8, choices=VideoStatus.choices, default=VideoStatus.WAITING, editable=False)
    seconds = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Its length, rounded up; known once it is ready.")
    )
    captions = models.TextField(
        blank=True, help_text=_("WebVTT. No lesson is published without them: credit requires captions.")
    )
    poster = models.FileField(upload_to="videos/", blank=True, editable=False)
    # HLS: names the streams, each by <name>.m3u8.
    playlist = models.TextField(blank=True, editable=False)
    error = models.TextField(blank=True, editable=False, help_text=_("What is wrong, and what to do; for its author."))
    percent = models.PositiveSmallIntegerField(default=0, editable=False)
    # Whoever encodes holds the row until then, and asks for more time while at work; each start has a number.
    lease_until = models.DateTimeField(null=True, editable=False)
    starts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["title"]
        constraints = [
            # The other processes of a worker are for certificates and mail (docs/decisions/0021-video.md).
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="encoding"), name="one_video_is_encoded_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ready") | models.Q(seconds__gt=0, playlist__gt="", poster__gt=""),
                name="ready_video_can_be_played",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ready(self) -> bool:
        return self.status == VideoStatus.READY

    @property
    def is_under_way(self) -> bool:
        return self.status in (VideoStatus.WAITING, VideoStatus.ENCODING)

    @property
    def obstacle(self) -> str:
        """Why no lesson that shows it may be published; empty where it may."""
        if self.status == VideoStatus.FAILED:
            return _("“%(video)s” cannot be used: choose or add another video.") % {"video": self}
        if not self.is_ready:
            return _("“%(video)s” is still being made ready: publish when it is.") % {"video": self}
        if not self.captions:
            return _("“%(video)s” has no captions: add them to the video (Courses, Videos), then publish.") % {
                "video": self
            }
        return ""

    @cached_property
    def cues(self) -> list[Cue]:
        return read_captions(self.captions).cues if self.captions else []

    @cached_property
    def minutes(self) -> str:
        """Its length, as the browser's own controls show it: of what is streamed, and rounded down."""
        stream = self.streams.first()
        streamed = sum(float(each) for each in PART_LENGTH.findall(stream.playlist)) if stream else 0
        return clock(int(round(streamed, 3)) or self.seconds)

    def get_state_url(self) -> str:
        return reverse("video_state", args=[self.pk])


class VideoStream(models.Model):
    """One height of a video, or its sound: a file, and the playlist that names bytes of it."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="streams")
    name = models.CharField(max_length=20)
    file = models.FileField(upload_to="videos/")
    playlist = models.TextField()

    class Meta:
        ordering = ["video", "name"]
        constraints = [models.UniqueConstraint(fields=["video", "name"], name="one_stream_of_a_name_per_video")]

    def __str__(self) -> str:
        return f"{self.video}: {self.name}"
