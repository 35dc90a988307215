import json
import re
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from tests.html import flat


@pytest.fixture
def release(client):
    text = client.get("/service-worker.js").content.decode()
    return json.loads(re.match(r"const release = (.*);\n", text)[1])


def test_worker_is_asked_for_anew_and_changes_nothing_unasked(client):
    # No database fixture, and a cookie: who is signed in does not cost a query.
    client.cookies["sessionid"] = "a" * 32
    response = client.get("/service-worker.js")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Cookie" not in response.headers.get("Vary", "")
    again = client.get("/service-worker.js", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_worker_may_ask_this_site_alone(client):
    policy = client.get("/service-worker.js").headers["Content-Security-Policy"]
    assert "connect-src 'self';" in f"{policy};"
    assert "default-src 'none'" in policy


def test_worker_brings_small_files_that_exist(release):
    """They are on every page already, so that the first visit weighs hardly more."""
    paths = [finders.find(name.removeprefix(project.STATIC_URL)) for name in release["files"]]
    assert None not in paths
    assert sum(Path(path).stat().st_size for path in paths if "vendor" not in path) < 50_000
    assert release["offline"] == "/offline/"


def test_worker_that_is_withdrawn_takes_everything_with_it(client, settings):
    settings.OFFLINE_READING = False
    text = client.get("/service-worker.js").content.decode()
    assert "registration.unregister()" in text
    assert "release" not in text
    assert "data-worker" not in client.get("/offline/").content.decode()


def test_offline_page_knows_nobody(client, settings):
    page = client.get("/offline/").content.decode()
    assert "data-reader" not in page
    assert 'data-worker="/service-worker.js"' in page


def test_lesson_says_whose_it_is_and_that_it_may_be_kept(client, learner, preview_lesson):
    address = preview_lesson.get_absolute_url()
    tag = '<html lang="en" data-reader="{}" data-worker="/service-worker.js" data-keep>'
    assert tag.format("") in flat(client.get(address).content.decode())
    client.force_login(learner)
    assert tag.format(learner.pk) in flat(client.get(address).content.decode())
    # The worker reads no other page so.
    assert " data-keep" not in client.get("/learn/").content.decode()


def test_error_that_knows_nobody_says_so(client):
    """Else a fault of the server would empty what a learner keeps."""
    assert "data-reader" not in render_to_string("500.html")


def test_manifest(client):
    manifest = client.get("/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    content = manifest.json()
    assert (content["name"], content["short_name"], content["start_url"]) == ("eScan Academy", "eScan", "/learn/")
    assert content["display"] == "standalone"
    for icon in content["icons"]:
        assert finders.find(icon["src"].removeprefix(project.STATIC_URL))
