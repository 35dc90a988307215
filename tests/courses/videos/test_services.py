"""What becomes of an upload, with real ffmpeg, and of one whose worker was killed."""

import os
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.errors import LearningError
from courses.models import Video, VideoStatus, VideoStream
from courses.videos import encoding, tasks
from courses.videos import services as videos


def encode(video):
    videos.encode_video(video_id=video.pk)
    video.refresh_from_db()


def files(media):
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def claimed_by_another(video):
    """A worker at work, elsewhere."""
    Video.objects.filter(pk=video.pk).update(
        status=VideoStatus.ENCODING, starts=1, lease_until=timezone.now() + videos.LEASE
    )


def lease_ends(video):
    Video.objects.filter(pk=video.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_upload_becomes_ready_and_the_original_is_kept(add_video, media, work):
    video = add_video()
    encode(video)
    assert (video.status, video.seconds, video.percent, video.error) == (VideoStatus.READY, 4, 100, "")
    assert [stream.name for stream in video.streams.all()] == ["360", "480", "sound"]
    assert default_storage.exists(video.original.name)
    assert default_storage.exists(video.poster.name)
    assert all(default_storage.exists(stream.file.name) for stream in video.streams.all())
    assert len(files(media)) == 5
    assert list(work.iterdir()) == []
    assert [(cue.start, cue.text) for cue in video.cues] == [(0, "The apex first."), (1.5, "Then the edge.")]


def test_second_message_about_a_video_changes_nothing(video):
    before = Video.objects.values().get()
    encode(video)
    assert Video.objects.values().get() == before


def test_broken_video_is_told_to_its_author(add_video, media, work):
    video = add_video(content=b"not a video")
    encode(video)
    assert (video.status, video.seconds, video.streams.count()) == (VideoStatus.FAILED, 0, 0)
    assert video.error.startswith("This is not a video that the academy can read.")
    assert files(media) == [video.original.name]
    assert list(work.iterdir()) == []


def test_video_whose_file_is_gone_is_told_to_its_author(add_video):
    video = add_video()
    default_storage.delete(video.original.name)
    encode(video)
    assert (video.status, video.error) == (
        VideoStatus.FAILED,
        "The file is no longer in the storage. Add the video again.",
    )


def test_one_video_is_encoded_at_a_time(add_video):
    first, second = add_video(), add_video()
    claimed_by_another(first)
    encode(second)
    assert second.status == VideoStatus.WAITING
    assert videos.release_videos() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Video.objects.update(status=VideoStatus.ENCODING)


def test_sweep_starts_the_oldest_that_waits(add_video):
    first, second = add_video(), add_video()
    tasks.sweep_videos()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (VideoStatus.READY, VideoStatus.WAITING)


def test_video_of_a_killed_worker_starts_again_once_its_lease_is_over(add_video):
    video = add_video()
    claimed_by_another(video)
    tasks.sweep_videos()
    video.refresh_from_db()
    assert video.status == VideoStatus.ENCODING
    lease_ends(video)
    tasks.sweep_videos()
    video.refresh_from_db()
    assert (video.status, video.starts) == (VideoStatus.READY, 2)


def test_what_a_killed_worker_left_is_removed_when_the_next_video_begins(add_video, work):
    ended = (timezone.now() - videos.LEASE - timedelta(seconds=1)).timestamp()
    for name in ("video-left", "video-new", "upload-left"):
        (work / name / "streams").mkdir(parents=True)
        (work / name / "original").write_bytes(b"video")
    os.utime(work / "video-left", (ended, ended))
    os.utime(work / "upload-left", (ended, ended))
    video = add_video()
    encode(video)
    assert video.status == VideoStatus.READY
    assert sorted(path.name for path in work.iterdir()) == ["upload-left", "video-new"]


def test_video_that_takes_its_worker_down_is_given_up_after_three_starts(add_video):
    video = add_video()
    claimed_by_another(video)
    Video.objects.update(starts=3)
    lease_ends(video)
    assert videos.release_videos() == []
    video.refresh_from_db()
    assert video.status == VideoStatus.FAILED
    assert video.error.startswith("It could not be made ready in three tries.")


def test_worker_that_was_thought_dead_stores_nothing(add_video, media, monkeypatch):
    """It stood still for longer than its lease, and another has begun since."""
    video = add_video()
    real = encoding.encode

    def overtaken(**arguments):
        encoded = real(**arguments)
        Video.objects.update(starts=2)
        return encoded

    monkeypatch.setattr(videos, "encode", overtaken)
    encode(video)
    assert (video.status, video.starts, VideoStream.objects.count()) == (VideoStatus.ENCODING, 2, 0)
    assert files(media) == [video.original.name]


@pytest.mark.parametrize("end", [OSError("disk full"), SoftTimeLimitExceeded()])
def test_what_is_no_fault_of_the_video_is_tried_again(add_video, monkeypatch, work, end):
    video = add_video()

    def fail(**_):
        raise end

    with monkeypatch.context() as broken:
        broken.setattr(videos, "encode", fail)
        with pytest.raises(type(end)):
            encode(video)
    video.refresh_from_db()
    assert (video.status, video.error) == (VideoStatus.ENCODING, "")
    assert list(work.iterdir()) == []
    tasks.sweep_videos()
    video.refresh_from_db()
    assert video.status == VideoStatus.READY


def test_progress_is_told_and_asks_for_more_time(add_video, monkeypatch):
    video = add_video()
    claimed_by_another(video)
    video.refresh_from_db()
    report = videos._reporter(video)
    report(10)
    assert Video.objects.get().percent == 0  # too soon to tell again
    monkeypatch.setattr(videos, "REPORT_EVERY", timedelta(0))
    lease_ends(video)
    report(40)
    row = Video.objects.get()
    assert row.percent == 40
    assert row.lease_until > timezone.now() + videos.LEASE / 2
    Video.objects.update(starts=2)
    with pytest.raises(videos.LeaseLost):
        report(50)


def test_only_what_failed_is_tried_again(add_video, video, django_capture_on_commit_callbacks):
    with pytest.raises(LearningError, match="Only a video that could not be used"):
        videos.retry_video(video_id=video.pk)
    failed = add_video(content=b"x")
    encode(failed)
    with django_capture_on_commit_callbacks(execute=True):
        videos.retry_video(video_id=failed.pk)
    failed.refresh_from_db()
    assert (failed.status, failed.starts) == (VideoStatus.FAILED, 1)


def test_video_is_deleted_with_its_files(video, media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        videos.delete_video(video=video)
    assert (Video.objects.count(), VideoStream.objects.count(), files(media)) == (0, 0, [])


def test_ready_video_can_be_played(add_video):
    video = add_video()
    with pytest.raises(IntegrityError), transaction.atomic():
        Video.objects.filter(pk=video.pk).update(status=VideoStatus.READY)


def test_encoding_ends_before_the_broker_gives_it_to_another(settings):
    assert tasks.encode_video.soft_time_limit == 3300
    assert tasks.encode_video.time_limit == 3360
    assert tasks.encode_video.time_limit < 3600  # visibility_timeout, with Redis
