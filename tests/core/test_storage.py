"""Files in a private bucket, against an S3 server that answers real HTTP on this machine."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from botocore.exceptions import EndpointConnectionError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image as PILImage
from wagtail.images.models import Image

from accounts.models import User
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.certificates.services import issue_certificate, read_certificate
from cme.models import Certificate, CertificateStatus
from core.cards import Card, answer_with
from core.storage import PrivateBucket
from courses.models import Course, LessonRendering, Video
from courses.videos import services as videos
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields, claim_as, complete
from tests.course_fixtures import blocks, write_lesson
from tests.video_fixtures import CAPTIONS


def png() -> bytes:
    file = BytesIO()
    PILImage.new("RGB", (300, 200)).save(file, "PNG")
    return file.getvalue()


PNG = png()
KEYS = {"access_key": "academy", "secret_key": "secret"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture(autouse=True)
def bucket(server: str, settings: Any) -> str:
    requests.post(f"{server}/moto-api/reset", timeout=10)
    client = boto3.client(
        "s3", endpoint_url=server, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    settings.S3_BUCKET = "files"
    options = {**settings.FILES_IN_BUCKET["OPTIONS"], **KEYS}
    options |= {"bucket_name": "files", "region_name": "eu-west-1", "endpoint_url": server, "addressing_style": "path"}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "core.storage.PrivateBucket", "OPTIONS": options}}
    return f"{server}/files"


def get_link(name: str) -> str:
    assert isinstance(default_storage, PrivateBucket)
    return default_storage.link(name)


def follow(response: Any) -> requests.Response:
    """As a browser that was sent to the bucket: without our cookies."""
    assert response.status_code == 302
    return requests.get(response.url, timeout=10)


# --- The bucket itself ------------------------------------------------------------------------------


def test_nobody_reads_the_bucket_without_a_link(bucket):
    name = default_storage.save("images/one.png", ContentFile(PNG))
    assert requests.get(f"{bucket}/{name}", timeout=10).status_code == 403
    link = get_link(name)
    assert requests.get(link, timeout=10).content == PNG


def test_link_names_one_file_and_an_hour(bucket):
    link = urlsplit(get_link("images/one.png"))
    assert (link.path, f"{link.scheme}://{link.netloc}/files") == ("/files/images/one.png", bucket)
    query = parse_qs(link.query)
    assert query["X-Amz-Expires"] == ["3600"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert "secret" not in link.query


def test_link_does_not_open_another_file(bucket):
    for name in ("images/one.png", "certificates/A.pdf"):
        default_storage.save(name, ContentFile(b"x"))
    link = get_link("images/one.png")
    # moto checks no signature, and whether one is there; Amazon checks it against the path.
    without = requests.get(link.partition("?")[0].replace("images/one.png", "certificates/A.pdf"), timeout=10)
    assert without.status_code == 403


def test_address_of_a_file_is_our_view_not_the_bucket(bucket):
    assert default_storage.url("images/ä b.png") == "/studio/media/images/%C3%A4%20b.png"


def test_amazons_own_address_is_the_host_that_the_policy_names():
    """Where there is no S3_ENDPOINT_URL: settings compose the host, boto composes the link."""
    options = {"bucket_name": "files", "region_name": "eu-west-1", "addressing_style": "virtual", **KEYS}
    amazon = PrivateBucket(endpoint_url="https://s3.eu-west-1.amazonaws.com", **options)
    assert amazon.link("a.png").startswith("https://files.s3.eu-west-1.amazonaws.com/a.png?")


def test_a_name_that_is_taken_is_never_written_over(bucket):
    first = default_storage.save("images/one.png", ContentFile(b"first"))
    second = default_storage.save("images/one.png", ContentFile(b"second"))
    assert first != second
    assert default_storage.open(first).read() == b"first"


# --- Pages ------------------------------------------------------------------------------------------


def test_figure_is_handed_out_by_a_link_to_whoever_may_open_its_lesson(
    client_for, learner, learner_with_access, course, keep_image
):
    text = LessonRendering.objects.get(lesson__slug="second-look")
    # Its first figure is in the shop window.
    text.image_ids.append(keep_image("second.svg", 60))
    text.save(update_fields=["image_ids"])
    address = f"/figures/{text.lesson_id}/{text.image_ids[1]}/"
    for nobody in (None, learner):
        refused = client_for(nobody).get(address)
        assert (refused.status_code, refused.content) == (403, b"This figure opens with its lesson.")

    answer = client_for(learner_with_access).get(address)
    assert answer.headers["Cache-Control"] == "private, max-age=3000"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    file = follow(answer)
    assert file.content.startswith(b"<svg")
    assert file.headers["Content-Type"] == "image/svg+xml"
    # An image element shows it all the same; opened by itself it is saved and runs nothing.
    assert file.headers["Content-Disposition"] == "attachment"
    assert file.headers["Cache-Control"] == "private, max-age=604800, immutable"


def test_studio_shows_uploads_and_their_renditions(client_for, author, learner):
    image = Image.objects.create(title="One", file=SimpleUploadedFile("one.png", PNG, "image/png"))
    rendition = image.get_rendition("max-165x165")
    assert rendition.url.startswith("/studio/media/images/one.max-165x165")
    assert follow(client_for(author).get(rendition.url)).content[:8] == PNG[:8]
    assert client_for(learner).get(rendition.url).url == "/learn/"
    assert client_for(None).get(rendition.url).status_code == 302
    assert client_for(None).get(rendition.url).url.startswith("/accounts/login/")


def test_studio_hands_out_no_certificate(client_for, admin):
    default_storage.save("certificates/A.pdf", ContentFile(b"%PDF"))
    for name in ("certificates/A.pdf", "images/../certificates/A.pdf"):
        assert client_for(admin).get(f"/studio/media/{name}").status_code == 404


# --- Videos ------------------------------------------------------------------------------------------


def test_video_is_made_from_the_bucket_and_comes_straight_from_it(
    client_for, learner_with_access, learner, work, originals, bucket, keep_image, course
):
    original = default_storage.save("videos/originals/video.mp4", ContentFile((originals / "video.mp4").read_bytes()))
    video = Video.objects.create(title="The edge", original=original, captions=CAPTIONS)
    videos.encode_video(video_id=video.pk)
    lesson = write_lesson("third-look", blocks("third-look", ("video", {"video": video.pk, "caption": ""})))
    address = f"/videos/{lesson.pk}/{video.pk}/360.m3u8"
    assert client_for(learner).get(address).status_code == 403
    playlist = client_for(learner_with_access).get(address).content.decode()
    (link,) = set(re.findall(rf"{bucket}/videos/[^\s\"]+", playlist))
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["7200"]
    part = requests.get(link, headers={"Range": "bytes=4-7"}, timeout=10)
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["Content-Type"] == "video/mp4"
    assert requests.get(link.partition("?")[0], timeout=10).status_code == 403
    poster = follow(client_for(learner_with_access).get(f"/videos/{lesson.pk}/{video.pk}/poster/"))
    assert poster.content[8:12] == b"WEBP"


# --- Certificates -----------------------------------------------------------------------------------


@pytest.fixture
def certificate(learner_with_access: User, course: Course) -> Certificate:
    for credit_type in (AMA, PARTICIPATION):
        upsert_credit_type(**credit_type)
    upsert_activity(course=course, **activity_fields(timezone.now().date()))
    complete(learner_with_access, course)
    made: Certificate = claim_as(learner_with_access, course).certificate
    issue_certificate(certificate_id=made.pk)
    made.refresh_from_db()
    return made


def test_certificate_goes_through_us_to_its_owner_alone(client_for, learner_with_access, other_learner, certificate):
    address = f"/cme/certificates/{certificate.printed_code}/"
    answer = client_for(learner_with_access).get(address)
    pdf = b"".join(answer.streaming_content)
    assert (answer.status_code, pdf[:5]) == (200, b"%PDF-")
    assert client_for(other_learner).get(address).status_code == 404


def test_certificate_that_is_gone_from_the_bucket_is_made_again(certificate):
    default_storage.delete(certificate.file)
    assert not default_storage.exists(certificate.file)
    pdf = read_certificate(certificate=certificate)
    assert default_storage.open(certificate.file).read() == pdf


def test_worker_that_came_second_leaves_the_file_of_the_first(certificate, monkeypatch):
    """A bucket refuses no name: two workers that look at once both find it free."""
    monkeypatch.setattr(PrivateBucket, "get_available_name", lambda _, name, max_length=None: name)
    before = default_storage.open(certificate.file).read()
    # Both read the row while it was due; the first has kept its file since.
    monkeypatch.setattr("cme.certificates.services._keep", lambda *_, **__: False)
    Certificate.objects.filter(pk=certificate.pk).update(status=CertificateStatus.DUE)
    issue_certificate(certificate_id=certificate.pk)
    assert default_storage.open(certificate.file).read() == before


def test_card_of_a_page_is_kept_in_the_bucket_and_comes_from_us(bucket: str) -> None:
    card = Card("Guide", "The edge of the lung")
    name = f"cards/{card.digest}.png"
    assert not default_storage.exists(name)
    answer = answer_with(card, digest=card.digest, address="/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    with default_storage.open(name) as kept:
        assert kept.read() == answer.content
    assert answer_with(card, digest=card.digest, address="/").content == answer.content


# --- Readiness --------------------------------------------------------------------------------------


def test_readyz_asks_the_bucket(client, db, settings):
    assert client.get("/readyz").status_code == 200
    settings.S3_BUCKET = "gone"
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (503, b"not ready: ClientError\n")


def test_readyz_says_no_when_the_storage_does_not_answer(client, db, settings):
    options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:1"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    with pytest.raises(EndpointConnectionError):
        default_storage.exists("readyz")
    assert client.get("/readyz").content == b"not ready: EndpointConnectionError\n"


def test_page_has_a_picture_while_the_storage_does_not_answer(settings):
    options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:1"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    card = Card("Guide", "Away")
    assert answer_with(card, digest=card.digest, address="/").headers["Location"] == "/static/img/share.png"
