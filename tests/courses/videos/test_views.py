"""Streams, posters and captions: the lesson's own decision, and links that expire."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import storage
from courses.videos.captions import write_captions
from tests.course_fixtures import text_of


@pytest.fixture
def address(video_lesson, video):
    return f"/videos/{video_lesson.pk}/{video.pk}/"


def links(playlist):
    return set(re.findall(r"/videos/bytes/[^\s\"]+", playlist.content.decode()))


def link_to(client, address, name="360"):
    (link,) = links(client.get(f"{address}{name}.m3u8"))
    return link


def body(response):
    return b"".join(response.streaming_content)


def test_learner_gets_playlists_poster_and_captions(client_for, learner_with_access, address, video):
    client = client_for(learner_with_access)
    master = client.get(address)
    assert (master.status_code, master.headers["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    assert master.headers["Cache-Control"] == "private, no-store"
    names = re.findall(r'^[^#\n].*|(?<=URI=")[^"]+', master.content.decode(), re.MULTILINE)
    assert sorted(names) == ["360.m3u8", "480.m3u8", "sound.m3u8"]
    for name in names:
        playlist = client.get(address + name)
        assert (playlist.status_code, len(links(playlist))) == (200, 1)
        assert playlist.headers["Cache-Control"] == "private, no-store"
        assert f"{name[:-5]}.m4s" not in playlist.content.decode()
    assert body(client.get(f"{address}poster/"))[8:12] == b"WEBP"
    captions = client.get(f"{address}captions/")
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert captions.content.decode() == write_captions(video.cues)


def test_locked_video_stays_locked(client_for, learner, address):
    for reader in (None, learner):
        for path in ("", "360.m3u8", "poster/", "captions/"):
            response = client_for(reader).get(address + path)
            assert (response.status_code, response.content) == (403, b"This video opens with its lesson.")


def test_video_opens_by_its_own_lesson_alone(client_for, learner_with_access, author, preview_lesson, address, video):
    """Not by another, which may be open to everyone; authors see originals of drafts."""
    by_another = f"/videos/{preview_lesson.pk}/{video.pk}/"
    assert client_for(learner_with_access).get(by_another).status_code == 404
    assert client_for(None).get(by_another).status_code == 404
    assert client_for(author).get(by_another).status_code == 200


def test_video_that_is_not_ready_is_seen_by_nobody(client_for, author, add_video, locked_lesson):
    waiting = add_video()
    assert client_for(author).get(f"/videos/{locked_lesson.pk}/{waiting.pk}/").status_code == 404


def test_unknown_stream_is_not_found(client_for, learner_with_access, address):
    assert client_for(learner_with_access).get(f"{address}1080.m3u8").status_code == 404


def test_constant_number_of_queries(client_for, learner_with_access, address, django_assert_num_queries):
    client = client_for(learner_with_access)
    client.get(address)
    link = link_to(client, address)
    with django_assert_num_queries(4):  # user, access, text, video; the session is in the cache
        client.get(address)
    with django_assert_num_queries(5):  # and the stream
        client.get(f"{address}360.m3u8")
    with django_assert_num_queries(1):  # the reader, for the time zone; a player that is signed out asks nothing
        body(client.get(link))


# --- Links ------------------------------------------------------------------------------------------


def test_link_dies_with_its_time_for_everyone(client_for, learner_with_access, address, monkeypatch):
    client = client_for(learner_with_access)
    link = link_to(client, address)
    assert client_for(None).get(link).status_code == 200  # passed on: until its time is over
    monkeypatch.setattr(storage, "STREAM_LINK_HOLDS", timedelta(seconds=-1))
    for reader in (None, learner_with_access):
        refused = client_for(reader).get(link)
        assert (refused.status_code, refused.content) == (
            403,
            b"This link has expired. Play the video from its lesson.",
        )


def test_tampered_link_opens_nothing(client_for, learner_with_access, address, video):
    link = link_to(client_for(learner_with_access), address)
    token = link.removeprefix("/videos/bytes/").rstrip("/")
    name, when, signature = token.split(":")
    other = signing.dumps(video.original.name, salt="another").split(":")
    for forged in (
        f"{name}x:{when}:{signature}",
        f"{name}:{when}x:{signature}",
        f"{other[0]}:{when}:{signature}",
        "x",
        ":".join(other),
    ):
        assert client_for(None).get(f"/videos/bytes/{forged}/").status_code == 403
    for path in ("../secret-key", "%2e%2e%2fsecret-key", video.original.name):
        assert client_for(None).get(f"/videos/bytes/{path}/").status_code in (403, 404)


def test_link_to_a_file_that_is_gone_is_not_found(client_for, learner_with_access, address):
    link = link_to(client_for(learner_with_access), address)
    default_storage.delete(storage.read_stream_link(link.removeprefix("/videos/bytes/").rstrip("/")))
    assert client_for(None).get(link).status_code == 404


# --- Ranges -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=4-100", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-100", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=0-1", 200, b"0123456789", None),
        ("bytes=" + "9" * 5000 + "-", 200, b"0123456789", None),
    ],
)
def test_ranges(client, media, asked, status, content, told):
    name = default_storage.save("videos/ten.m4s", ContentFile(b"0123456789"))
    response = client.get(storage.link_to_stream(name), headers={"Range": asked} if asked else {})
    assert (response.status_code, response.getvalue(), response.headers.get("Content-Range")) == (status, content, told)
    assert response.headers["Accept-Ranges"] == "bytes"
    if status != 416:
        assert response.headers["Content-Length"] == str(len(content))
        assert response.headers["Content-Type"] == "video/mp4"


# --- What the page says -----------------------------------------------------------------------------


def test_lesson_with_a_video_has_a_player_and_others_have_none(client_for, learner_with_access, video_lesson):
    client = client_for(learner_with_access)
    page = client.get("/courses/chest-film/third-look/").content.decode()
    assert "js/lesson.js" in page
    assert 'class="player' in page
    assert 'class="player' not in client.get("/courses/chest-film/first-look/").content.decode()


def test_policy_lets_videos_in(client, course):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "media-src 'self' blob:" in policy
    assert "worker-src 'self'" in policy.split("; ")  # hls.js works without one of its own


def test_rendering_names_its_videos_and_holds_the_words(video_lesson, video):
    text = text_of("third-look")
    assert text.video_ids == [video.pk]
    assert (
        f'data-video="{video.pk}" data-seconds="4" data-playlist="/videos/{video_lesson.pk}/{video.pk}/"' in text.html
    )
    assert 'data-start="1.500"><span class="num">0:01</span> <span>Then the edge.</span>' in text.html
    assert "data-watched hidden" in text.html
