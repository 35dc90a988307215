"""Videos reach only who may open their lesson: playlists are made for each request and name links that expire."""

import re
from collections.abc import Callable
from functools import wraps

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.storage import hand_out, hand_out_range, link_to_stream, read_stream_link
from courses.models import Video
from courses.videos.captions import write_captions
from courses.writing.errors import LessonLocked
from courses.writing.queries import get_video_for

PLAYLIST = "application/vnd.apple.mpegurl"
# In a stream's playlist: the line of a segment, and the address of what comes ahead of all segments.
FILE_LINE = re.compile(r'^[^#\n].*$|(?<=^#EXT-X-MAP:URI=")[^"]+', re.MULTILINE)

View = Callable[..., HttpResponseBase]


def refused(text: str) -> HttpResponse:
    return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")


def of_open_lesson(view: View) -> View:
    """Gives the view the video, where this reader may open its lesson."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, lesson_id: int, video_id: int, **rest: str) -> HttpResponseBase:
        try:
            video = get_video_for(request.user, lesson_id=lesson_id, video_id=video_id)
        except LessonLocked:
            return refused(_("This video opens with its lesson."))
        return view(request, video, **rest)

    return guarded


@of_open_lesson
@cache_control(private=True, no_store=True)
def playlist(request: HttpRequest, video: Video) -> HttpResponse:
    """Which heights there are. Its names lead to `stream`, beside it."""
    return HttpResponse(video.playlist, content_type=PLAYLIST)


@of_open_lesson
@cache_control(private=True, no_store=True)
def stream(request: HttpRequest, video: Video, name: str) -> HttpResponse:
    found = get_object_or_404(video.streams, name=name)
    link = link_to_stream(str(found.file.name))
    return HttpResponse(FILE_LINE.sub(lambda _match: link, found.playlist), content_type=PLAYLIST)


@of_open_lesson
def poster(request: HttpRequest, video: Video) -> HttpResponseBase:
    return hand_out(str(video.poster.name))


@of_open_lesson
@cache_control(private=True, no_cache=True)
def captions(request: HttpRequest, video: Video) -> HttpResponse:
    return HttpResponse(write_captions(video.cues), content_type="text/vtt; charset=utf-8")


@require_safe
def stream_bytes(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where there is no bucket, its part: no question is asked but whether the link holds."""
    try:
        return hand_out_range(read_stream_link(token), request.headers.get("Range", ""))
    except signing.BadSignature:
        return refused(_("This link has expired. Play the video from its lesson."))
    except FileNotFoundError as error:
        raise Http404 from error
