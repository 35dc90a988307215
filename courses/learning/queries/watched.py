"""How much of each video a learner has watched."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from courses.learning.seconds import Run, required_of, to_runs, unpack
from courses.writing.published import LessonVideo, get_videos_of

# By hand, as each lesson's page asks it (courses/learning/queries/outlines.py).
WATCHED = "SELECT video_id, bits, position FROM courses_watchedtime WHERE user_id = %s AND video_id IN ({})"


@dataclass(frozen=True)
class WatchedVideo:
    """A video of a lesson as one learner has it."""

    video: LessonVideo
    bits: int = 0
    position: int = 0

    @property
    def runs(self) -> list[Run]:
        return to_runs(self.bits)

    @property
    def left(self) -> int:
        """Seconds still to watch before the lesson can be completed."""
        return max(0, required_of(self.video.seconds) - self.bits.bit_count())

    def as_data(self) -> dict[str, Any]:
        """As static/js/progress.js wants it."""
        return {
            "seconds": self.video.seconds,
            "required": required_of(self.video.seconds),
            "runs": self.runs,
            "position": self.position,
        }


def watch(user: User | AnonymousUser, videos: Iterable[LessonVideo]) -> dict[int, WatchedVideo]:
    """Each of these videos by its key. One query for a learner."""
    seen = {video.pk: WatchedVideo(video) for video in videos}
    if seen and user.is_authenticated:
        with connection.cursor() as cursor:
            cursor.execute(WATCHED.format(", ".join(["%s"] * len(seen))), [user.pk, *seen])
            for pk, bits, position in cursor.fetchall():
                seen[pk] = WatchedVideo(seen[pk].video, unpack(bytes(bits)), position)
    return seen


def get_watched_videos(user: User, *, lesson_id: int) -> list[WatchedVideo]:
    return list(watch(user, get_videos_of(lesson_id)).values())
