"""What becomes of a video. The row is the event (decision 7): a sweep finds what a lost message left behind."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.enqueue import enqueue
from courses.videos.encoding import MASTER, POSTER, encode
from courses.videos.errors import NotFailed, VideoError
from courses.videos.models import Video, VideoStatus, VideoStream

LEASE = timedelta(minutes=5)
WORK = "video-"
REPORT_EVERY = timedelta(seconds=2)
# A video that takes its worker down with it would do so for ever.
MOST_STARTS = 3


class LeaseLost(Exception):
    """Another worker has the video now, or it was deleted."""


def start_video(*, video_id: int) -> None:
    """Have a worker told of a video that waits; where the message is lost, the sweep finds the row."""
    enqueue("courses.videos.tasks.encode_video", video_id)


def encode_video(*, video_id: int) -> None:
    """Make a video ready for the web, or say on its row what is wrong. Does nothing while another is at work."""
    video = _claim(video_id)
    if video is None:
        return
    try:
        _clear_left()
        with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.WORK_DIR) as work:
            source, folder = Path(work, "original"), Path(work, "streams")
            folder.mkdir()
            _fetch(video, source)
            encoded = encode(source=source, folder=folder, progress=_reporter(video))
            _keep(video, folder, encoded.seconds)
    except VideoError as error:
        _held(video).update(status=VideoStatus.FAILED, error=str(error), lease_until=None)
    except LeaseLost:
        return
    except BaseException:
        # The disk, the storage, the worker's own end: no fault of the video's. The sweep starts it again.
        _held(video).update(lease_until=timezone.now())
        raise


def _claim(video_id: int) -> Video | None:
    now = timezone.now()
    waiting = Video.objects.filter(pk=video_id, status=VideoStatus.WAITING)
    try:
        with transaction.atomic():
            claimed = waiting.update(
                status=VideoStatus.ENCODING, percent=0, starts=F("starts") + 1, lease_until=now + LEASE
            )
    except IntegrityError:
        return None  # another video is being encoded; the sweep comes back
    return Video.objects.get(pk=video_id) if claimed else None


def _clear_left() -> None:
    """What workers left that were killed: one video is encoded at a time, so whose folder outlived a lease has none."""
    before = (timezone.now() - LEASE).timestamp()
    for left in settings.WORK_DIR.glob(f"{WORK}*"):
        if left.stat().st_mtime < before:
            shutil.rmtree(left, ignore_errors=True)


def _held(video: Video) -> QuerySet[Video]:
    """The row, as long as this start of it is the last one."""
    return Video.objects.filter(pk=video.pk, status=VideoStatus.ENCODING, starts=video.starts)


def _fetch(video: Video, target: Path) -> None:
    try:
        with default_storage.open(str(video.original.name)) as stored, target.open("wb") as file:
            shutil.copyfileobj(stored, file, 1 << 20)
    except FileNotFoundError as error:
        raise VideoError(_("The file is no longer in the storage. Add the video again.")) from error


def _reporter(video: Video) -> Callable[[int], None]:
    told = timezone.now()

    def report(percent: int) -> None:
        nonlocal told
        if timezone.now() - told >= REPORT_EVERY:
            told = timezone.now()
            _hold(video, percent)

    return report


def _hold(video: Video, percent: int) -> None:
    if not _held(video).update(percent=percent, lease_until=timezone.now() + LEASE):
        raise LeaseLost


def _keep(video: Video, folder: Path, seconds: int) -> None:
    """Files first, so that no row names one that is not there; then everything about the video at once."""
    stored = _store(folder, before_each=partial(_hold, video, 99))
    ready = {"percent": 100, "status": VideoStatus.READY, "lease_until": None}
    try:
        with transaction.atomic():
            if not _held(video).update(**ready, **_played(stored, folder, seconds)):
                raise LeaseLost
            _add_streams(video, stored, folder)
    except BaseException:
        for name in stored.values():
            default_storage.delete(name)
        raise


def _store(folder: Path, *, before_each: Callable[[], None] = lambda: None) -> dict[str, str]:
    """Each stream's and the poster's name in the storage. No name is used twice."""
    place = f"videos/{uuid4().hex}"
    names = {}
    for path in [*sorted(folder.glob("*.m4s")), folder / POSTER]:
        before_each()
        with path.open("rb") as file:
            names[path.name] = default_storage.save(f"{place}/{path.name}", File(file))
    return names


def _played(stored: dict[str, str], folder: Path, seconds: int) -> dict[str, object]:
    playlist = (folder / MASTER).read_text()
    return {"seconds": seconds, "playlist": playlist, "poster": stored[POSTER], "error": ""}


def _add_streams(video: Video, stored: dict[str, str], folder: Path) -> None:
    video.streams.all().delete()
    VideoStream.objects.bulk_create(
        VideoStream(video=video, name=path.stem, file=stored[path.name], playlist=path.with_suffix(".m3u8").read_text())
        for path in sorted(folder.glob("*.m4s"))
    )


def release_videos() -> list[int]:
    """Take back what a worker left that was killed; returns the videos that may start now, the oldest first."""
    gone = Video.objects.filter(status=VideoStatus.ENCODING, lease_until__lt=timezone.now())
    gone.filter(starts__gte=MOST_STARTS).update(
        status=VideoStatus.FAILED,
        lease_until=None,
        error=_(
            "It could not be made ready in three tries. Export it again and add the new file, or ask the operator."
        ),
    )
    gone.update(status=VideoStatus.WAITING, lease_until=None)
    if Video.objects.filter(status=VideoStatus.ENCODING).exists():
        return []
    waiting = Video.objects.filter(status=VideoStatus.WAITING).order_by("created_at")
    return list(waiting.values_list("pk", flat=True))


def retry_video(*, video_id: int) -> None:
    """Try a video again that failed."""
    failed = Video.objects.filter(pk=video_id, status=VideoStatus.FAILED)
    if not failed.update(status=VideoStatus.WAITING, error="", percent=0, starts=0):
        raise NotFailed
    start_video(video_id=video_id)


def keep_video(*, title: str, captions: str, seconds: int, folder: Path) -> int:
    """The id of a new video that is shipped ready; the original is its largest stream."""
    stored = _store(folder)
    largest = max((name for name in stored if name.endswith(".m4s")), key=lambda name: (folder / name).stat().st_size)
    with transaction.atomic():
        video = Video.objects.create(
            title=title,
            captions=captions,
            original=stored[largest],
            status=VideoStatus.READY,
            percent=100,
            **_played(stored, folder, seconds),
        )
        _add_streams(video, stored, folder)
    return int(video.pk)


def delete_video(*, video: Video) -> None:
    """A video that no lesson ever showed, with its files."""
    names = {video.original.name, video.poster.name, *video.streams.values_list("file", flat=True)} - {""}
    video.delete()
    for name in names:
        transaction.on_commit(partial(default_storage.delete, str(name)), robust=True)
