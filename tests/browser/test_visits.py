"""What a first visit asks for and weighs, and that the benchmark plays what a browser does."""

import gzip
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, Request

from benchmarks.visits import COURSE, LESSON, VISITS
from tests.browser.conftest import ONE_SIZE, ROOT, Academy, answers, environment_of, free_port
from tests.browser.test_journey import WITH_VIDEO, sign_in

pytestmark = pytest.mark.browser

# Requests, and kB as they travel, of a lesson's page without its pictures.
MOST_REQUESTS, MOST_KB = 12, 150
# The text of a page is compressed on its way by the proxy (deploy/Caddyfile), at this level.
PROXY_LEVEL = 5


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Iterator[Academy]:
    """Files put together and compressed as in a release, and the server of production. Nothing works behind it."""
    var, port = tmp_path_factory.mktemp("release"), free_port()
    shutil.copytree(loaded, var, dirs_exist_ok=True)
    environment = environment_of(var) | {
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "tests.browser.release_settings",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=environment, check=True
    )
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.conf.py",
        "--log-level=error",
        "escan.wsgi",
    ]
    web = subprocess.Popen([*command, f"--bind=127.0.0.1:{port}"], cwd=ROOT, env=environment)
    url = f"http://localhost:{port}"
    deadline = time.monotonic() + 120
    while not answers(f"{url}/healthz"):
        assert web.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)
    yield Academy(url, var)
    web.terminate()
    web.wait(30)


@dataclass
class Visit:
    """What a browser that knows nothing yet asked for, and how many bytes came."""

    asked: list[tuple[str, str, int]] = field(default_factory=list)

    def take(self, request: Request, page: bytes) -> None:
        if request.resource_type in ("image", "media", "texttrack"):
            return
        response = request.response()  # none of what was sent with keepalive, which answers with nothing
        body = request.sizes()["responseBodySize"] if response else 0
        if response and response.status != 204 and "html" in response.headers.get("content-type", ""):
            text = page if request.resource_type == "document" else response.body()
            body = len(gzip.compress(text, PROXY_LEVEL))
        self.asked.append((request.method, urlsplit(request.url).path, body))

    @property
    def dynamic(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _ in self.asked if not path.startswith("/static/")]

    @property
    def kilobytes(self) -> float:
        return sum(size for *_, size in self.asked) / 1000


def open_cold(page: Page, url: str) -> Visit:
    """As somebody who comes from a mail, signed in, with nothing kept; and goes on before the page is left."""
    visit = Visit()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    opened = page.goto(url)
    assert opened is not None
    assert opened.status == 200
    text = opened.body()  # the browser does not hold it for long
    page.wait_for_load_state("networkidle")
    is_kept = page.locator("[data-progress-url]").count()
    if is_kept and not any(request.method == "POST" for request in requests):
        # A place is kept already, and opening the page does not move it.
        with page.expect_event("requestfinished", predicate=lambda request: request.method == "POST"):
            page.evaluate("scrollBy(0, 400)")
    for request in requests:
        visit.take(request, text)
    # A browser with a window asks for these, too; one without does so in some versions alone.
    hrefs = page.locator("link[rel=icon], link[rel=manifest]").evaluate_all("links => links.map(link => link.href)")
    known = {path for _, path, _ in visit.asked}
    for href in (href for href in hrefs if urlsplit(href).path not in known):
        answer = page.request.get(urljoin(url, href), headers={"Accept-Encoding": "gzip"})
        visit.asked.append(
            ("GET", urlsplit(href).path, int(answer.headers.get("content-length", 0)) or len(answer.body()))
        )
    return visit


@pytest.fixture
def member(release: Academy, new_device: Callable[..., Page]) -> Page:
    """Signed in, on a device that has seen no page: it has the cookies alone."""
    first = new_device()
    sign_in(first, release, "author@example.org")  # may open every lesson
    page = new_device(service_workers="block")
    page.context.add_cookies(first.context.cookies())  # type: ignore[arg-type]
    return page


@ONE_SIZE
@pytest.mark.parametrize("slug", [LESSON, WITH_VIDEO])
def test_a_cold_lesson_is_light(release: Academy, member: Page, slug: str) -> None:
    visit = open_cold(member, f"{release.url}/courses/{COURSE}/{slug}/")
    # The worker that keeps the lesson is blocked here so that it takes no request for itself: it is one more.
    assert len(visit.asked) + 1 <= MOST_REQUESTS, visit.asked
    assert visit.kilobytes <= MOST_KB, (visit.kilobytes, visit.asked)


@ONE_SIZE
def test_a_strangers_cold_lesson_is_light(release: Academy, new_device: Callable[..., Page]) -> None:
    page = new_device()
    page.goto(f"{release.url}/courses/{COURSE}/")
    opened = page.locator(".outline a").first.get_attribute("href")
    visit = open_cold(new_device(), f"{release.url}{opened}")
    assert len(visit.asked) <= MOST_REQUESTS, visit.asked
    assert visit.kilobytes <= MOST_KB, (visit.kilobytes, visit.asked)


@ONE_SIZE
@pytest.mark.parametrize("name", VISITS)
def test_the_benchmark_plays_what_a_browser_does(release: Academy, member: Page, name: str) -> None:
    (_, start), *_ = VISITS[name]
    visit = open_cold(member, f"{release.url}{start}")
    played = [(method, urljoin(start, path)) for method, path in VISITS[name]]
    asked = [each for each in visit.dynamic if not re.fullmatch(r"/manifest\.webmanifest", each[1])]
    assert asked == played
