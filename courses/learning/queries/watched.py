"""How much of each film a learner has watched."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from courses.learning.models import WatchedTime
from courses.learning.seconds import Run, required_of, to_runs, unpack
from courses.writing.published import Film, get_films_of


@dataclass(frozen=True)
class WatchedFilm:
    """A film of a lesson as one learner has it."""

    film: Film
    bits: int = 0
    position: int = 0

    @property
    def runs(self) -> list[Run]:
        return to_runs(self.bits)

    @property
    def left(self) -> int:
        """Seconds still to watch before the lesson can be completed."""
        return max(0, required_of(self.film.seconds) - self.bits.bit_count())

    def as_data(self) -> dict[str, Any]:
        """As static/js/progress.js wants it."""
        return {
            "seconds": self.film.seconds,
            "required": required_of(self.film.seconds),
            "runs": self.runs,
            "position": self.position,
        }


def watch(user: User | AnonymousUser, films: Iterable[Film]) -> dict[int, WatchedFilm]:
    """Each of these films by its key. One query for a learner."""
    seen = {film.pk: WatchedFilm(film) for film in films}
    if seen and user.is_authenticated:
        rows = WatchedTime.objects.filter(user=user, video__in=list(seen)).values_list("video_id", "bits", "position")
        for pk, bits, position in rows:
            seen[pk] = WatchedFilm(seen[pk].film, unpack(bytes(bits)), position)
    return seen


def get_watched_films(user: User, *, lesson_id: int) -> list[WatchedFilm]:
    return list(watch(user, get_films_of(lesson_id)).values())
