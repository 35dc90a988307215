"""Videos that ship ready with the courses' files."""

from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.models import Video, VideoStatus
from courses.videos.errors import CaptionsError
from escan.loader.videos import hash_folder, keep_video
from escan.operations.backup.files import named_files
from tests.video_fixtures import CAPTIONS

KEY = "video/chest-film/edge"


@pytest.fixture
def folder(originals, work, tmp_path):
    """A video's folder, as the command makes it."""
    (tmp_path / "edge.vtt").write_text(CAPTIONS)
    out = StringIO()
    made = tmp_path / "edge"
    call_command(
        *["encode_video", str(originals / "video.mp4"), str(made)],
        **{"title": "The edge", "captions": tmp_path / "edge.vtt", "stdout": out},
    )
    assert out.getvalue().startswith(f"{made}: 360, 480, sound; 4 s, ")
    return made


def keep(folder):
    return Video.objects.get(pk=keep_video(key=KEY, folder=folder))


def test_shipped_video_is_ready_at_once_and_once(db, media, folder):
    video = keep(folder)
    assert (video.title, video.status, video.seconds, video.captions) == ("The edge", VideoStatus.READY, 4, CAPTIONS)
    assert [stream.name for stream in video.streams.all()] == ["360", "480", "sound"]
    assert default_storage.size(video.original.name) == max(path.stat().st_size for path in folder.glob("*.m4s"))
    names = {video.original.name, video.poster.name, *(stream.file.name for stream in video.streams.all())}
    assert names <= set(named_files())  # so backups and checks know them
    assert keep(folder) == video
    assert Video.objects.count() == 1


def test_new_words_are_the_same_videos_and_an_authors_stay(db, media, folder):
    video = keep(folder)
    before = hash_folder(folder)
    (folder / "captions.vtt").write_text(CAPTIONS.replace("apex", "base"))
    assert hash_folder(folder) != before
    assert keep(folder).captions == CAPTIONS.replace("apex", "base")
    Video.objects.update(captions=CAPTIONS)
    (folder / "captions.vtt").write_text(CAPTIONS.replace("apex", "tip"))
    assert (keep(folder), keep(folder).captions) == (video, CAPTIONS)


def test_new_video_is_a_new_row(db, media, folder):
    video = keep(folder)
    with (folder / "360.m4s").open("ab") as file:
        file.write(b"more")
    assert keep(folder) != video
    assert Video.objects.count() == 2


def test_captions_that_are_broken_are_refused(db, media, folder):
    (folder / "captions.vtt").write_text("WEBVTT\n\nx\n")
    with pytest.raises(CaptionsError):
        keep(folder)
    assert Video.objects.count() == 0


def test_command_says_what_is_wrong_and_leaves_nothing(originals, work, tmp_path):
    words = tmp_path / "edge.vtt"
    words.write_text("WEBVTT\n")
    new = tmp_path / "new"
    options = {"title": "The edge", "captions": words}
    with pytest.raises(CommandError, match="There is no caption in the file"):
        call_command("encode_video", str(originals / "video.mp4"), str(new), **options)
    words.write_text(CAPTIONS)
    with pytest.raises(CommandError, match="There is sound in this file, but no picture"):
        call_command("encode_video", str(originals / "sound.m4a"), str(new), **options)
    with pytest.raises(CommandError, match="is there already"):
        call_command("encode_video", str(originals / "video.mp4"), str(tmp_path), **options)
    assert (new.exists(), list(work.iterdir())) == (False, [])
