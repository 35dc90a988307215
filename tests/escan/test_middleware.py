"""Headers: the strict policy everywhere, the looser one in the studio alone."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, HttpResponseNotFound
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.images.models import Image

from core.storage import link_to_stream
from escan.middleware import NotFoundMiddleware

STRICT = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "media-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "frame-ancestors": ["'self'"],
    "base-uri": ["'none'"],
}


def policy(response) -> dict[str, list[str]]:
    directives = response.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (directive.split() for directive in directives)}


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/courses/",
        "/courses/chest-film/",
        "/courses/chest-film/first-look/",
        "/courses/chest-film/second-look/",
        "/courses/chest-film/post-test/",
        "/learn/",
        "/pricing/",
        "/verify/",
        "/accounts/login/",
        "/nowhere/",
        "/healthz",
    ],
)
@pytest.mark.parametrize("who", [None, "learner_with_access"])
def test_learners_pages_have_the_strict_policy(request, client_for, course, address, who):
    response = client_for(who and request.getfixturevalue(who)).get(address)
    found = policy(response)
    forms = found.pop("form-action")
    assert found == STRICT
    assert forms[0] == "'self'"
    assert len(forms) == 2
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] in ("SAMEORIGIN", "DENY")


@pytest.mark.parametrize("address", ["/", "/courses/chest-film/", "/courses/chest-film/second-look/"])
def test_pages_hold_nothing_that_the_policy_forbids(client_for, learner_with_access, course, address):
    page = BeautifulSoup(client_for(learner_with_access).get(address).content, "html.parser")
    # A block of data is run by nobody.
    scripts = page.select('script:not([type="application/ld+json"])')
    assert [script for script in scripts if not script.get("src") or script.get_text(strip=True)] == []
    assert page.select("style, [style]") == []
    handlers = [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert handlers == []
    sources = [
        str(tag.get("src") or tag.get("href"))
        for tag in page.select("[src], link[href]:not([rel=canonical]), image[href]")
    ]
    assert [source for source in sources if not source.startswith(("/", "data:image/"))] == []


def test_studio_has_the_looser_policy(client_for, author):
    response = client_for(author).get("/studio/")
    assert response.status_code == 200
    found = policy(response)
    assert found["script-src"] == ["'self'", "'unsafe-inline'"]
    assert found["style-src"] == ["'self'", "'unsafe-inline'"]
    assert found["default-src"] == ["'none'"]
    assert found["frame-ancestors"] == ["'self'"]
    assert found["base-uri"] == ["'none'"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_figure_that_is_opened_by_itself_may_run_nothing(client, preview_lesson):
    image = preview_lesson.renderings.get().image_ids[0]
    response = client.get(f"/figures/{preview_lesson.pk}/{image}/")
    found = policy(response)
    assert found == {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": []}
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_proxy_sends_a_figure_that_the_view_hands_out(client, preview_lesson):
    image = Image.objects.get(pk=preview_lesson.renderings.get().image_ids[0])
    address, asks = f"/figures/{preview_lesson.pk}/{image.pk}/", {"X-Sendfile-Type": "X-Accel-Redirect"}
    plain, told = client.get(address), client.get(address, headers=asks)
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["X-Accel-Redirect"] == f"/{image.file.name}"
    for name in ("Content-Type", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options"):
        assert told.headers[name] == plain.headers[name]
    assert "X-Accel-Redirect" not in plain.headers
    assert b"".join(plain) == image.file.read()


def test_proxy_sends_the_part_of_a_video_that_was_asked_for(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("videos/Füße 360.m4s", ContentFile(b"0123456789"))
    address = link_to_stream(name)
    told = client.get(address, headers={"X-Sendfile-Type": "X-Accel-Redirect", "Range": "bytes=2-3"})
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["X-Accel-Redirect"] == f"/{quote(name)}"
    assert not {"Content-Range", "Accept-Ranges"} & set(told.headers)
    refused = client.get(address, headers={"X-Sendfile-Type": "X-Accel-Redirect", "Range": "bytes=50-60"})
    assert refused.status_code == 416


def test_nothing_is_handed_over_that_a_view_refuses(client, course):
    answer = client.get("/studio/media/images/one.png", headers={"X-Sendfile-Type": "X-Accel-Redirect"})
    assert answer.status_code == 302
    assert "X-Accel-Redirect" not in answer.headers


def test_missing_address_has_the_academys_own_page_in_development(rf, db):
    """Where DEBUG is set, Django would show its list of addresses instead."""
    request = rf.get("/nowhere/")
    request.user, request.resolver_match = AnonymousUser(), None
    middleware = NotFoundMiddleware(lambda _: HttpResponseNotFound("Django's own"))
    page = middleware(request)
    assert isinstance(page, HttpResponse)
    assert "There is nothing here." in page.content.decode()
    assert middleware.process_exception(request, ValueError()) is None
    answer = middleware.process_exception(request, Http404("There is no such course."))
    assert answer is not None and answer.status_code == 404
    assert "There is nothing here." in answer.content.decode()


def test_answer_of_a_view_is_left_alone_in_development(rf):
    request = rf.get("/verify/AAAA-BBBB-CCCC/")
    request.resolver_match = object()
    answer = HttpResponseNotFound("No such certificate.")
    assert NotFoundMiddleware(lambda _: answer)(request) is answer


def addresses(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    """Every address below, with the number 1 or the word `x` in its places; those of regular expressions left out."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        elif not re.search(r"[\\^$(]", path):
            yield re.sub(r"<[^>]*>", "x", re.sub(r"<int:[^>]*>", "1", path))


def test_no_address_of_the_studio_answers_with_an_empty_refusal(client_for, admin):
    found = [entry for entry in get_resolver().url_patterns if isinstance(entry, URLResolver)]
    studio = next(entry for entry in found if str(entry.pattern) == "studio/")
    visitor = client_for(admin)
    visitor.raise_request_exception = False
    answers = {address: visitor.get(address) for address in addresses(studio.url_patterns, "/studio/")}
    refused = {address: answer for address, answer in answers.items() if answer.status_code == 405}
    assert len(refused) > 5
    assert [
        address for address, answer in refused.items() if b"<h1>This cannot be opened.</h1>" not in answer.content
    ] == []
