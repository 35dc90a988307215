"""Who may send what is decided before it is read: whoever reads from the connection is counted."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.images.models import Image
from wagtail.models import Collection

from accounts.models import User
from courses.models import Video
from escan import bodies

BOUNDARY = "multipart/form-data; boundary=here"
PLACES = {
    "video": "/studio/snippets/courses/video/add/",
    "a video that is there": "/studio/snippets/courses/video/edit/{video}/",
    "video in a chooser": "/studio/snippets/choose/courses/video/create/",
    "image": "/studio/images/add/",
    "images": "/studio/images/multiple/add/",
    "image in a chooser": "/studio/images/chooser/create/",
    "document": "/studio/documents/add/",
    "documents": "/studio/documents/multiple/add/",
    "document in a chooser": "/studio/documents/chooser/create/",
    "own picture": "/studio/account/",
    "file of questions": "/studio/questions/imports/",
    "package of a course": "/studio/packages/",
    "mammogram": "/studio/studies/incoming/1/upload/",
}


class Unread:
    """What arrives at a thread of gunicorn."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, size: int = -1) -> bytes:
        self.asked += 1
        return b""

    readline = read


@pytest.fixture
def send(client_for):
    """The status of an upload, and whether any of it was read."""

    def post(user: User | None, address: str, *, length: int = 60_000_000, **more: Any) -> tuple[int, int]:
        client: Client = client_for(user)
        # Django reads a body to look for the token that belongs to the cookie.
        client.handler.enforce_csrf_checks = True
        client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        arriving = Unread()
        told = {"CONTENT_TYPE": BOUNDARY, "CONTENT_LENGTH": str(length), "wsgi.input": arriving, **more}
        response = client.generic("POST", address, **told)
        return response.status_code, arriving.asked

    return post


@pytest.fixture
def guest(db: None) -> User:
    """Of the staff, and may only look."""
    user = User.objects.create_user("guest@example.org", "correct horse battery")
    group = Group.objects.create(name="Guests")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    return user


@pytest.mark.parametrize("length", [2_000, 60_000_000])
@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("who", ["stranger", "learner", "guest"])
def test_upload_of_who_may_not_is_refused_unread(request, send, who, name, length):
    if (who, name) == ("guest", "own picture"):
        return
    video = Video.objects.create(title="The video").pk
    user = None if who == "stranger" else request.getfixturevalue(who)
    assert send(user, PLACES[name].format(video=video), length=length) == (302, 0)


def test_author_may_send_videos_and_images_and_no_documents(send, author):
    read = {name: send(author, address.format(video=1), length=2_000)[1] > 0 for name, address in PLACES.items()}
    assert {name for name, was_read in read.items() if not was_read} == {
        "document",
        "documents",
        "document in a chooser",
    }


@pytest.mark.parametrize(
    ("address", "length"),
    [
        ("/contact/", 1_000_001),
        ("/accounts/login/", 60_000_000),
        ("/webhooks/stripe/", 60_000_000),
        ("/studio/snippets/courses/lesson/add/", 60_000_000),
        ("/studio/images/add/", 25_000_001),
        ("/studio/studies/incoming/1/upload/", 65_000_001),
        ("/studio/snippets/courses/video/add/", 1_050_000_001),
    ],
)
def test_what_is_too_large_for_its_address_is_refused_unread(send, admin, address, length):
    assert send(admin, address, length=length) == (413, 0)


@pytest.mark.parametrize("length", ["", "-1", "x", "²"])
def test_body_that_does_not_say_its_length_is_not_read(send, author, length):
    status, asked = send(author, "/studio/snippets/courses/video/add/", length=length, HTTP_TRANSFER_ENCODING="chunked")
    assert status in (200, 400, 403)
    assert asked == 0


def test_too_large_says_what_to_do(client_for, learner):
    page = client_for(learner).generic("POST", "/contact/", CONTENT_LENGTH="60000000")
    assert "make the text shorter or the file smaller" in page.content.decode()


@pytest.mark.parametrize(
    ("address", "length", "told"),
    [
        ("/studio/images/add/", 31_200_001, "You sent 31.3 MB, and this form takes at most 25 MB."),
        ("/studio/snippets/courses/lesson/add/", 1_000_001, "You sent 1.1 MB, and this form takes at most 1 MB."),
    ],
)
def test_studio_says_how_much_it_takes_and_how_to_come_back(client_for, author, address, length, told):
    answer = client_for(author).generic("POST", address, CONTENT_LENGTH=str(length))
    page = answer.content.decode()
    assert answer.status_code == 413
    assert told in page
    assert "Go back with your browser: what you wrote is still in the form." in page
    assert 'class="studio-lost"' in page
    assert "See the courses" not in page


def test_uploads_leave_threads_for_pages(send, author, client_for):
    """What the proxy cannot keep whole arrives as slowly as it is sent."""
    for _ in range(bodies.UPLOADS_AT_ONCE):
        assert bodies.uploads.acquire(blocking=False)
    try:
        assert send(author, PLACES["video"]) == (429, 0)
        assert client_for(author).get("/studio/").status_code == 200
        assert send(author, PLACES["video"], length=2_000)[1] > 0
    finally:
        for _ in range(bodies.UPLOADS_AT_ONCE):
            bodies.uploads.release()
    assert send(author, PLACES["video"])[1] > 0


def walk(patterns: list[Any], start: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        address = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += walk(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            found.append(address)
    return found


def test_every_address_that_takes_files_has_its_place():
    """By their names: a new kind of upload in the studio is thought about here."""
    takes = ("/images/", "/documents/", "/video", "/account", "upload", "import")
    take_no_file = ("/studio/videos/", "/studio/reports/", "/studio/api/", "/studio/media/")
    addresses = [address for address in walk(get_resolver().url_patterns) if address.startswith("/studio/")]
    taking = [address for address in addresses if any(word in address for word in takes)]
    assert len(taking) > 40
    assert [address for address in taking if not address.startswith((*bodies.PLACES, *take_no_file))] == []


def test_an_authors_picture_arrives(client_for, author, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = SimpleUploadedFile("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    collection = Collection.get_first_root_node().pk
    client_for(author).post("/studio/images/add/", {"title": "A picture", "file": picture, "collection": collection})
    assert Image.objects.get().title == "A picture"
