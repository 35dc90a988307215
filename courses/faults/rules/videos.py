"""Videos in lessons."""

from collections.abc import Iterator

from django.utils.translation import gettext

from core.faults import Found, Place, rule
from courses.faults.reading import LessonText
from courses.videos.models import Video
from courses.writing.models import Lesson


@rule("video-none", Lesson, stops=True)
def video_is_chosen(lesson: LessonText) -> Iterator[Found]:
    """A block for a video has one."""
    for block, pk in lesson.body.videos:
        if pk not in lesson.known.videos:
            yield Found(gettext("There is no video: choose one."), "body", block.pk)


@rule("video-not-ready", Lesson, stops=True)
def video_can_be_watched(lesson: LessonText) -> Iterator[Found]:
    """A video is made ready before it is shown."""
    for block, pk in lesson.body.videos:
        video = lesson.known.videos.get(pk or 0)
        if video is not None and not video.is_ready:
            yield Found(video.obstacle, "body", block.pk)


@rule("video-no-captions", Lesson, stops=True)
def video_has_captions(lesson: LessonText) -> Iterator[Found]:
    """A video has captions: credit requires them.

    WCAG 2.2, 1.2.2.
    """
    for _, pk in lesson.body.videos:
        video = lesson.known.videos.get(pk or 0)
        if video is not None and video.is_ready and not video.captions:
            yield Found(video.obstacle, "captions", place=Place(Video, video.pk, video.title))


@rule("video-no-caption", Lesson)
def video_says_what_it_shows(lesson: LessonText) -> Iterator[Found]:
    """A sentence under a video says what it shows and who made it."""
    for block, pk in lesson.body.videos:
        if pk and not str(block.get("caption") or "").strip():
            told = gettext("Say under the video what it shows, who made it, and when.")
            yield Found(told, "body", block.pk)


@rule("video-file-gone", Lesson, is_watched=True)
def video_has_its_files(lesson: LessonText) -> Iterator[Found]:
    """The files of a video are in storage. Only the night looks."""
    if not lesson.known.looks_at_files:
        return
    for block, pk in lesson.body.videos:
        video = lesson.known.videos.get(pk or 0)
        if video is None or not video.is_ready:
            continue
        if not all(lesson.known.has_file(name) for name in lesson.known.video_files[video.pk]):
            told = gettext("A file of the video “{name}” is gone: add the video again, and choose it here.")
            yield Found(told.format(name=video.title), "body", block.pk)
