"""Where learners stop in a video, minute by minute."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.learning.models import WatchedTime
from courses.learning.seconds import required_of
from courses.reports.drawing import draw_columns
from courses.reports.kinds.stops import AWAY
from courses.reports.queries import sum_up_subjects
from courses.reports.registry import Asked, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import FEWEST, percent_of
from courses.videos.models import Video
from courses.writing.models import LessonRendering
from imaging.scoring.shares import Share

MINUTE = 60  # seconds
CHUNK = 2_000  # learners

Watched = tuple[date, bytes, int, int, datetime]
"""Day on which it was begun, the bits, how many are set, the second where the learner stopped, when that was."""


@register
class Videos(Report):
    slug = "videos"
    order = 30
    title = _("Videos, minute by minute")
    about = _("Which minutes of a video are watched, and at which learners have stopped.")
    icon = "media"
    is_of_one_course = True
    is_settled = False

    def count(self, since: date | None) -> Tally:
        tally = new_tally()
        lengths = dict(Video.objects.values_list("pk", "seconds"))
        for course, video in list_videos():
            if not (seconds := lengths.get(video)):
                continue
            rows = by_day(WatchedTime.objects.filter(video=video), "started_at", since)
            read = rows.values_list("day", "bits", "watched", "position", "updated_at").iterator(chunk_size=CHUNK)
            for day, counts in count_watched(read, seconds=seconds, away=timezone.now() - AWAY).items():
                tally[course, day, str(video)].update(counts)
        return tally

    def tell(self, asked: Asked) -> list[Section]:
        sums = sum_up_subjects(self.slug, asked)
        if not asked.course:
            return []
        shown = [video for course, video in list_videos() if course == asked.course.pk and str(video) in sums]
        videos = Video.objects.defer("captions", "playlist").in_bulk(shown)
        return [self.tell_video(videos[pk], sums[str(pk)]) for pk in shown if pk in videos]

    def tell_video(self, video: Video, counts: Counter[str]) -> Section:
        n, minutes = counts["began"], -(-video.seconds // MINUTE)
        told = [
            (name_minute(minute), Share(min(counts[f"m{minute}"], n), n), counts[f"s{minute}"])
            for minute in range(minutes)
        ]
        about = gettext(
            "n = %(n)d learners began it. A minute is watched by who watched half of it. Stopped: not watched to the "
            "end, and not for %(days)d days."
        ) % {"n": n, "days": AWAY.days}
        return Section(
            key=f"video-{video.pk}",
            title=video.title,
            about=about,
            head=[gettext("Minute"), gettext("Watched"), gettext("Watched, percent"), gettext("Stopped here")],
            rows=[[name, share.count, percent_of(share), stopped] for name, share, stopped in told],
            chart=draw_columns([(name, share.count) for name, share, _ in told], most=n, top="100 %")
            if n >= FEWEST
            else None,
        )


def name_minute(minute: int) -> str:
    return f"{minute}:00"


def list_videos() -> list[tuple[int, int]]:
    """Course and video, in the order of the lessons that show them; one that two courses show is the first one's."""
    texts = LessonRendering.objects.published().exclude(video_ids=[])
    order = (
        "lesson__module__course__position",
        "lesson__module__course",
        "lesson__module__position",
        "lesson__position",
    )
    courses: dict[int, int] = {}
    for course, ids in texts.order_by(*order).values_list("lesson__module__course", "video_ids"):
        for video in ids:
            courses.setdefault(video, course)
    return [(course, video) for video, course in courses.items()]


def count_watched(rows: Iterable[Watched], *, seconds: int, away: datetime) -> dict[date, Counter[str]]:
    """By day: how many began, watched minute m (`m0`, `m1` …), and stopped in it (`s0` …)."""
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    for chunk in _in_chunks(rows):
        of_day: dict[date, list[Watched]] = defaultdict(list)
        for row in chunk:
            of_day[row[0]].append(row)
        for day, same in of_day.items():
            counts = counted[day]
            counts["began"] += len(same)
            for minute, n in enumerate(count_minutes([row[1] for row in same], seconds=seconds)):
                counts[f"m{minute}"] += n
            for *_day_and_bits, watched, position, at in same:
                if watched < required_of(seconds) and at < away:
                    counts[f"s{min(position, seconds - 1) // MINUTE}"] += 1
    return counted


def _in_chunks(rows: Iterable[Watched]) -> Iterator[Sequence[Watched]]:
    chunk: list[Watched] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def count_minutes(bits: Sequence[bytes], *, seconds: int) -> list[int]:
    """How many watched at least half of each minute. The bits are those of `courses.learning.seconds`."""
    minutes = -(-seconds // MINUTE)
    length = -(-seconds // 8)
    packed = np.frombuffer(b"".join(bytes(each)[:length].ljust(length, b"\0") for each in bits), dtype=np.uint8)
    set_bits = np.unpackbits(packed.reshape(len(bits), length), axis=1, bitorder="little")[:, :seconds]
    padded = np.pad(set_bits, ((0, 0), (0, minutes * MINUTE - seconds)))
    watched = padded.reshape(len(bits), minutes, MINUTE).sum(axis=2, dtype=np.int32)
    lengths = np.minimum(MINUTE, seconds - MINUTE * np.arange(minutes))
    return [int(n) for n in (2 * watched >= lengths).sum(axis=0)]
