"""What the published lessons hold, in numbers, for who has not opened them yet."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import ngettext

from core.durations import clock
from courses.assessment.models.questions import Question, QuestionUse
from courses.videos.models import Video, VideoStatus
from courses.writing.models import LessonRendering
from courses.writing.published import kept_until_published


class Holding(NamedTuple):
    lessons: int = 0
    open_lessons: int = 0
    """Of these, those that are open to everyone."""
    pictures: int = 0
    videos: int = 0
    video_seconds: int = 0
    checks: int = 0

    @property
    def in_words(self) -> str:
        """What there is beside text, in a line; empty where there is nothing."""
        told = [
            (self.pictures, ngettext("%(n)s picture", "%(n)s pictures", self.pictures)),
            (self.videos, ngettext("a lecture of %(time)s", "%(n)s lectures of %(time)s", self.videos)),
            (self.checks, ngettext("%(n)s check", "%(n)s checks", self.checks)),
        ]
        return ", ".join(words % {"n": number, "time": clock(self.video_seconds)} for number, words in told if number)


class Holdings(NamedTuple):
    lessons: dict[int, Holding]
    courses: dict[int, Holding]
    everything: Holding


def sum_up(holdings: Iterable[Holding]) -> Holding:
    return Holding(*map(sum, zip(*holdings, strict=True)))


@kept_until_published
def get_holdings() -> Holdings:
    """By the keys of lessons and courses. Three queries."""
    checks = set(Question.objects.filter(live=True, use=QuestionUse.CHECK).values_list("pk", flat=True))
    seconds = dict(Video.objects.filter(status=VideoStatus.READY).values_list("pk", "seconds"))
    lessons: dict[int, Holding] = {}
    courses: dict[int, list[Holding]] = defaultdict(list)
    rows = LessonRendering.objects.readable().values_list(
        "lesson", "lesson__module__course", "lesson__is_preview", "image_ids", "video_ids", "question_ids"
    )
    for lesson, course, is_preview, image_ids, video_ids, question_ids in rows:
        videos = [seconds[pk] for pk in video_ids if pk in seconds]
        lessons[lesson] = Holding(
            lessons=1,
            open_lessons=int(is_preview),
            pictures=len(image_ids),
            videos=len(videos),
            video_seconds=sum(videos),
            checks=len(checks.intersection(question_ids)),
        )
        courses[course].append(lessons[lesson])
    return Holdings(lessons, {course: sum_up(each) for course, each in courses.items()}, sum_up(lessons.values()))
