"""Tiles are the same for everybody who knows their address, and cost no query."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

DIGEST = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("name", ["fit.webp", "11/7_6.webp"])
def test_tile_is_kept_by_browsers_for_good_and_costs_no_query(name, client_for, learner, django_assert_num_queries):
    default_storage.save(f"tiles/{DIGEST}/{name}", ContentFile(b"RIFF"))
    client = client_for(learner)
    with django_assert_num_queries(0):
        tile = client.get(f"/tiles/{DIGEST}/{name}")
    assert (tile.status_code, b"".join(tile.streaming_content)) == (200, b"RIFF")
    assert tile.headers["Content-Type"] == "image/webp"
    assert tile.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not tile.cookies


@pytest.mark.parametrize(
    "path",
    [f"{DIGEST}/11/0_0.webp", f"{DIGEST}/", f"{DIGEST}/../../secret", "short/fit.webp", f"{DIGEST}/fit.png", ""],
)
def test_what_is_no_tile_is_not_there(path):
    default_storage.save("secret", ContentFile(b"a certificate"))
    answer = Client().get(f"/tiles/{path}")
    assert answer.status_code == 404
    assert b"<h1" in answer.content


def test_tile_is_only_read(client_for):
    assert Client().post(f"/tiles/{DIGEST}/fit.webp").status_code == 405
