"""An author adds a video, sees how far it is, and cannot publish a lesson before video and captions are there."""

import json

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.test.utils.form_data import nested_form_data, streamfield

from courses.models import Lesson, Video, VideoStatus
from courses.videos import services as videos
from courses.videos import studio as video_screens
from courses.writing import services as authoring
from tests.course_fixtures import blocks, text_of
from tests.video_fixtures import CAPTIONS

VIDEOS = "/studio/snippets/courses/video/"


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def told(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def upload(originals, name="video.mp4", content=None, **more):
    video = SimpleUploadedFile(name, (originals / "video.mp4").read_bytes() if content is None else content)
    return {"title": "The edge", "original": video, "captions": "", **more}


def test_upload_is_made_ready(studio, originals, media, work, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = studio.post(
            f"{VIDEOS}add/", upload(originals, captions_file=SimpleUploadedFile("a.vtt", CAPTIONS.encode()))
        )
    video = Video.objects.get()
    assert response.url == f"{VIDEOS}edit/{video.pk}/"
    assert (video.status, video.seconds, video.captions) == (VideoStatus.READY, 4, CAPTIONS.strip())
    assert "Ready, 0:04 long" in told(studio.get(VIDEOS))
    assert "Ready, 0:04 long" in told(studio.get(response.url))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "video.exe"}, "File extension “exe” is not allowed."),
        ({"content": b""}, "The submitted file is empty."),
        ({"title": "", "captions": "SRT"}, "There is no caption in the file."),
    ],
)
def test_what_is_wrong_is_told_at_once(studio, originals, media, changes, reason):
    response = studio.post(f"{VIDEOS}add/", upload(originals, **changes))
    assert (response.status_code, Video.objects.count()) == (200, 0)
    assert reason in told(response)


@pytest.mark.parametrize(
    ("typed", "file", "reason"),
    [
        ("Dialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,Words", None, "There is no caption in the file."),
        ("", b"WEBVTT\n\n00:02.000 -> 00:03.000\ny", "Line 3: “00:02.000 -> 00:03.000” is no"),
        (
            "WEBVTT\n\n00:02.000 --> 00:71.000\nx\n\n00:04.000 --> 00:03.000\ny",
            None,
            "Line 3: “00:02.000 --> 00:71.000” is not a time such as 00:01.000 --> 00:04.000. "
            "Line 6: the caption ends before it begins.",
        ),
        ("", b"\xff\xfe\x00", "The file is not text."),
        ("", b"PK\x03\x04\x14\x00\x00\x00", "The file is not text."),
        ("", b"", "The captions file is empty."),
    ],
)
def test_wrong_captions_are_told_and_the_video_is_kept(studio, originals, media, typed, file, reason):
    files = {} if file is None else {"captions_file": SimpleUploadedFile("a.vtt", file)}
    response = studio.post(f"{VIDEOS}add/", upload(originals, captions=typed, **files))
    video = Video.objects.get()
    assert (video.status, video.captions) == (VideoStatus.WAITING, "")
    assert video.original.read() == (originals / "video.mp4").read_bytes()
    assert response.url == f"{VIDEOS}edit/{video.pk}/"
    page = studio.get(response.url)
    assert "The video is kept, without its captions: correct them here, and save." in told(page)
    assert reason in told(page)


SUBRIP = (
    "2\n00:00:01,500 --> 00:00:04,000\nDann der Rand: Größe < 5 mm.\n\n"
    "1\n00:00:00,000 --> 00:00:01,500\nThe apex.\n\n"
    "3\n00:00:04,000 --> 00:00:05,000\n\n"
)
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", [*UNICODE, "cp1252", "latin-1"])
def test_subrip_in_any_encoding_is_put_right_and_its_author_told(
    studio, client_for, originals, video, video_lesson, learner_with_access, encoding
):
    file = SimpleUploadedFile("a.srt", SUBRIP.replace("\n", "\r\n").encode(encoding))
    data = {"title": "The edge", "captions": "", "captions_file": file}
    page = told(studio.post(f"{VIDEOS}edit/{video.pk}/", data, follow=True))

    assert "1 caption without words was left out (line 10). The captions were put in the order of their times." in page
    assert ("was not saved as Unicode" in page) == (encoding not in UNICODE)
    video = Video.objects.get()
    assert [cue.text for cue in video.cues] == ["The apex.", "Dann der Rand: Größe < 5 mm."]
    assert "Dann der Rand: Größe &lt; 5 mm." in text_of("third-look").html
    sent = client_for(learner_with_access).get(f"/videos/{video_lesson.pk}/{video.pk}/captions/").content.decode()
    assert sent == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nThe apex.\n\n"
        "00:00:01.500 --> 00:00:04.000\nDann der Rand: Größe &lt; 5 mm.\n"
    )


def test_what_was_left_out_is_told_after_adding_a_video_too(studio, originals, media):
    captions = f"{CAPTIONS}\n00:04.000 --> 00:05.000\n"
    assert "1 caption without words was left out (line 9)." in told(
        studio.post(f"{VIDEOS}add/", upload(originals, captions=captions), follow=True)
    )


def test_captions_that_were_refused_are_corrected_in_their_field(
    studio, originals, media, work, django_capture_on_commit_callbacks
):
    wrong = CAPTIONS.replace(" --> ", " -> ", 1)
    with django_capture_on_commit_callbacks(execute=True):
        address = studio.post(f"{VIDEOS}add/", upload(originals, captions=wrong)).url
    page = BeautifulSoup(studio.get(address).content, "html.parser")
    assert page.select_one("textarea[name=captions]").text.strip() == wrong.strip()
    assert "Line 3: " in page.select_one("[data-contentpath=captions] .w-field__errors").text
    assert "Ready, 0:04 long; captions are missing" in " ".join(page.text.split())
    # Once: what is kept is shown afterwards.
    again = BeautifulSoup(studio.get(address).content, "html.parser")
    assert again.select_one("textarea[name=captions]").text.strip() == ""
    assert studio.post(address, {"title": "The edge", "captions": CAPTIONS}).url
    assert Video.objects.get().captions == CAPTIONS.strip()


def test_refused_captions_do_not_come_back_over_those_that_were_saved(studio, originals, media):
    address = studio.post(f"{VIDEOS}add/", upload(originals, captions="wrong")).url
    studio.post(address, {"title": "The edge", "captions": CAPTIONS})
    page = BeautifulSoup(studio.get(address).content, "html.parser")
    assert page.select_one("textarea[name=captions]").text.strip() == CAPTIONS.strip()


def test_video_that_is_too_large_is_refused(studio, originals, media, monkeypatch):
    monkeypatch.setattr(video_screens, "MAX_BYTES", 100)
    response = studio.post(f"{VIDEOS}add/", upload(originals))
    assert "The file is larger than 1000 MB." in told(response)
    assert Video.objects.count() == 0


def test_video_stays_and_captions_may_change(studio, originals, video, video_lesson):
    before = video.original.name
    changed = CAPTIONS.replace("apex", "base")
    response = studio.post(f"{VIDEOS}edit/{video.pk}/", upload(originals, "other.mp4", captions=changed))
    video.refresh_from_db()
    assert (response.status_code, video.original.name, video.status) == (302, before, VideoStatus.READY)
    assert "The base first." in text_of("third-look").html


def test_captions_may_be_added_while_the_worker_writes(studio, originals, add_video, monkeypatch):
    video = add_video(content=b"x")
    save = Video.save

    def be_overtaken(self, *args, **kwargs):
        Video.objects.filter(pk=video.pk).update(percent=40, starts=7)
        return save(self, *args, **kwargs)

    monkeypatch.setattr(Video, "save", be_overtaken)
    assert studio.post(f"{VIDEOS}edit/{video.pk}/", {"title": "Edge", "captions": CAPTIONS}).status_code == 302
    video.refresh_from_db()
    assert (video.title, video.captions, video.percent, video.starts) == ("Edge", CAPTIONS.strip(), 40, 7)


def test_captions_that_learners_read_are_not_removed(studio, video, video_lesson):
    response = studio.post(f"{VIDEOS}edit/{video.pk}/", {"title": "The edge", "captions": ""})
    assert "its captions can be changed, not removed" in told(response)
    video.refresh_from_db()
    assert video.captions == CAPTIONS


def test_state_is_followed_and_a_failure_tried_again(studio, add_video, django_capture_on_commit_callbacks):
    video = add_video(content=b"x")
    state = f"/studio/videos/{video.pk}/"
    assert f'hx-get="{state}" hx-trigger="every 2s"' in studio.get(state).content.decode()
    Video.objects.update(status=VideoStatus.ENCODING, percent=40)
    assert told(studio.get(state)).startswith("Being made ready for the web 40%")
    Video.objects.update(status=VideoStatus.WAITING)
    videos.encode_video(video_id=video.pk)
    page = studio.get(state).content.decode()
    assert "This is not a video that the academy can read." in page
    assert "hx-trigger" not in page
    with django_capture_on_commit_callbacks() as started:
        assert studio.post(f"{state}retry/").url == state
    assert len(started) == 1
    assert Video.objects.get().status == VideoStatus.WAITING
    assert studio.post(f"{state}retry/").status_code == 409


def test_learners_do_not_come_near(client_for, learner, video):
    for path in (f"/studio/videos/{video.pk}/", VIDEOS):
        assert client_for(learner).get(path).url == "/learn/"
    assert client_for(learner).post(f"/studio/videos/{video.pk}/retry/").url == "/learn/"


def test_video_that_a_lesson_shows_is_kept(client_for, admin, video, video_lesson, add_video):
    client = client_for(admin)
    assert client.post(f"{VIDEOS}delete/{video.pk}/").url == f"{VIDEOS}edit/{video.pk}/"
    unused = add_video()
    client.post(f"{VIDEOS}delete/{unused.pk}/")
    assert list(Video.objects.all()) == [video]


# --- Publishing -------------------------------------------------------------------------------------

OBSTACLES = [
    ({"status": VideoStatus.WAITING}, "“The edge” is still being made ready: publish when it is."),
    ({"status": VideoStatus.FAILED}, "“The edge” cannot be used: choose or add another video."),
    ({"captions": ""}, "“The edge” has no captions: add them to the video (Courses, Videos), then publish."),
]


@pytest.mark.parametrize(("changes", "reason"), OBSTACLES)
def test_no_way_of_publishing_gets_past_video_and_captions(course, video, changes, reason):
    Video.objects.update(**changes)
    body = blocks("third-look", ("video", {"video": video.pk, "caption": ""}))
    fields = {"title": "Third look", "summary": "", "minutes": 5, "body": json.dumps(body)}
    revision = authoring.draft_lesson(slug="third-look", fields=fields)
    with pytest.raises(ValidationError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        revision.publish()
    assert Lesson.objects.get(slug="third-look").live is False


@pytest.mark.parametrize(("changes", "reason"), OBSTACLES)
def test_editor_says_so_and_keeps_the_draft(studio, course, video, changes, reason):
    Video.objects.update(**changes)
    lesson = Lesson.objects.get(slug="third-look")
    data = nested_form_data(
        {
            "title": "Third look",
            "slug": "third-look",
            "summary": "",
            "module": lesson.module_id,
            "position": 0,
            "minutes": 5,
            "body": streamfield(
                [("video", {"video": video.pk, "caption": json.dumps({"blocks": [], "entityMap": {}})})]
            ),
        }
    )
    address = f"/studio/snippets/courses/lesson/edit/{lesson.pk}/"
    refused = studio.post(address, {**data, "action-publish": "action-publish"})
    assert refused.status_code == 200
    assert reason in told(refused) or json.dumps(reason)[1:-1] in refused.content.decode()
    assert Lesson.objects.get(pk=lesson.pk).live is False
    assert studio.post(address, data).status_code == 302
    assert Lesson.objects.get(pk=lesson.pk).latest_revision.as_object().body[0].value["video"] == video
