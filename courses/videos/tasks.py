from celery import shared_task

from courses.videos import services
from courses.videos.encoding import ENCODE_WITHIN

# Seconds. What comes before and after ffmpeg, fetching and storing, has some minutes; all of it ends before the broker
# gives the message to another (visibility_timeout).
SOFT_LIMIT = int(ENCODE_WITHIN.total_seconds()) + 5 * 60
HARD_LIMIT = SOFT_LIMIT + 60


@shared_task(soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def encode_video(video_id: int) -> None:
    services.encode_video(video_id=video_id)


@shared_task
def sweep_videos() -> None:
    """One video is encoded at a time, so the oldest that waits is the only one to start."""
    for video_id in services.release_videos()[:1]:
        encode_video.delay(video_id)
