"""The academy on a phone: it can be installed, and what was opened can be read without a connection."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy, see
from tests.browser.test_journey import COURSE, LESSONS, LOCKED, OPEN_TO_STRANGERS, sign_in

pytestmark = pytest.mark.browser

KEPT_LESSONS = [*LESSONS, *(f"worked-case-{number}" for number in range(1, 13))]

KEPT = """async () => {
    const found = {};
    for (const name of await caches.keys()) {
        found[name] = (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname);
    }
    return found;
}"""
ANSWER_ALL = """
from accounts.models import User
from courses.assessment.asking import freeze
from courses.assessment.scoring import get_right_answer
from courses.assessment.services.checks import save_check_answer
from courses.models import Question
user = User.objects.get(email="author@example.org")
for check in Question.objects.filter(use="check", live=True, course__slug="breast-calcifications"):
    answer = get_right_answer(freeze(check, None))
    save_check_answer(user=user, question=check, revision_id=check.live_revision_id, answer=answer)
"""
FIGURES = "[...document.querySelectorAll('.lesson figure img')].map(img => new URL(img.src).pathname)"


@pytest.fixture(params=["phone"])
def size(request: pytest.FixtureRequest) -> str:
    """The worker knows no screen."""
    return str(request.param)


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return found


def of_kind(page: Page, kind: str) -> list[str]:
    return [path for name, paths in kept(page).items() if name.startswith(kind) for path in paths]


def wait_for(page: Page, is_so: Callable[[dict[str, list[str]]], bool]) -> None:
    """The worker keeps what it keeps after the page has come."""
    deadline = time.monotonic() + 15
    while not is_so(found := kept(page)):
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(100)


def start_worker(page: Page) -> None:
    page.evaluate(
        """async () => {
            await navigator.serviceWorker.ready;
            if (navigator.serviceWorker.controller) return;
            await new Promise(resolve => navigator.serviceWorker.addEventListener('controllerchange', resolve));
        }"""
    )


def open_lesson(page: Page, academy: Academy, slug: str) -> None:
    """Until it is kept with its figures."""
    page.goto(f"{academy.url}{COURSE}{slug}/")
    wanted = {f"{COURSE}{slug}/", *page.evaluate(FIGURES)}
    wait_for(page, lambda found: wanted <= {path for paths in found.values() for path in paths})


def test_can_be_installed(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(academy.url)
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["manifest"]["startUrl"] == f"{academy.url}/learn/"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's browser always keeps its visits for itself.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    sizes: list[Any] = page.evaluate(
        """async () => {
            const {icons} = await (await fetch('/manifest.webmanifest')).json();
            return Promise.all(icons.map(async ({src, sizes}) => {
                const {width, height} = await createImageBitmap(await (await fetch(src)).blob());
                return [sizes, `${width}x${height}`];
            }));
        }"""
    )
    assert sizes == [[size, size] for size in ("192x192", "512x512", "512x512")]


@ONE_SIZE
def test_opened_lessons_are_read_without_a_connection(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    page = new_device()
    academy.run(ANSWER_ALL)  # what is left of a lesson is its button
    sign_in(page, academy, "author@example.org")
    start_worker(page)
    first, second = OPEN_TO_STRANGERS
    for slug in (first, second):
        open_lesson(page, academy, slug)
    expect(page.locator(".away [data-copy]")).to_be_hidden()
    page.context.set_offline(True)

    for slug in (first, second):
        page.goto(f"{academy.url}{COURSE}{slug}/")
        expect(page.get_by_role("heading", name="In short")).to_be_visible()
        expect(page.locator(".away [data-copy]")).to_contain_text(re.compile(r"the copy of \d+ \w+ \d{4}"))
        figure = page.locator(".lesson figure img").first
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_js_property("complete", True)
        assert figure.evaluate("image => image.naturalWidth") > 0
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith('"Source Serif 4"')
    see(page, "lesson-offline", size=size)

    # A form is not lost in an error page of the browser.
    page.get_by_role("button", name=re.compile("^Completed")).click()
    expect(page.locator(".away [data-unsent]")).to_be_visible()

    page.goto(f"{academy.url}{COURSE}{LOCKED}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lessons on this device")
    expect(page.locator("[data-failed]").first).to_be_visible()
    links = page.locator("[data-lessons] a")
    expect(links).to_have_count(2)
    see(page, "offline", size=size)
    links.last.click()
    expect(page).to_have_url(f"{academy.url}{COURSE}{first}/")
    expect(page.get_by_role("heading", name="In short")).to_be_visible()

    # Back: the copy's form is still good, for its token belongs to the same sign-in.
    expect(page.locator(".away [data-copy]")).to_be_visible()  # else nobody listens yet
    page.context.set_offline(False)
    expect(page.locator(".away [data-back]")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Completed")).click()
    expect(page).to_have_url(re.compile(LESSONS[1]))
    page.goto(f"{academy.url}{COURSE}{second}/")
    expect(page.locator(".away [data-copy]")).to_be_hidden()


@ONE_SIZE
def test_copies_belong_to_one_person(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """Signing out empties them; a stranger, the studio and pages that are one's own are never kept."""
    page = new_device()
    page.goto(f"{academy.url}{COURSE}{OPEN_TO_STRANGERS[0]}/")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0

    sign_in(page, academy, "administrator@example.org")
    start_worker(page)
    open_lesson(page, academy, LOCKED)
    for path in ("/learn/", "/cme/", "/accounts/profile/", "/studio/", f"{COURSE}post-test/", COURSE):
        page.goto(academy.url + path)
    assert of_kind(page, "lessons-") == [f"{COURSE}{LOCKED}/"]
    ours = re.compile(r"/static/(css|img|js|vendor)/|/offline/$")
    assert [path for path in of_kind(page, "static") if not ours.match(path)] == []

    page.goto(f"{academy.url}/accounts/profile/")
    page.get_by_role("button", name="Sign out").click()
    wait_for(page, lambda found: list(found) == ["static"])
    page.context.set_offline(True)
    page.goto(f"{academy.url}{COURSE}{LOCKED}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lessons on this device")
    expect(page.locator("[data-none]")).to_be_visible()
    page.context.set_offline(False)


@ONE_SIZE
def test_access_that_ended_takes_its_copy_away(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """A copy of a lesson that this learner may no longer open, or that another person opened."""
    page = new_device()
    sign_in(page, academy, "learner@example.org")
    start_worker(page)
    open_lesson(page, academy, OPEN_TO_STRANGERS[0])
    name = next(name for name in kept(page) if name.startswith("lessons-"))
    page.evaluate(
        """async ([name, path]) => {
            const headers = {'Content-Type': 'text/html', 'X-Kept': new Date().toISOString()};
            await (await caches.open(name)).put(path, new Response('<html data-kept>', {headers}));
            await caches.open('lessons-0');
        }""",
        [name, f"{COURSE}{LOCKED}/"],
    )
    assert of_kind(page, "lessons-") == [f"{COURSE}{OPEN_TO_STRANGERS[0]}/", f"{COURSE}{LOCKED}/"]
    page.goto(f"{academy.url}{COURSE}{LOCKED}/")
    expect(page.get_by_role("heading", name="In short")).to_have_count(0)
    wait_for(page, lambda found: "lessons-0" not in found)
    assert of_kind(page, "lessons-") == [f"{COURSE}{OPEN_TO_STRANGERS[0]}/"]
    # So does time: a month after it was opened.
    page.evaluate(
        """async ([name, path]) => {
            const headers = {'Content-Type': 'text/html', 'X-Kept': '2026-01-01T00:00:00Z'};
            await (await caches.open(name)).put(path, new Response('<html>', {headers}));
        }""",
        [name, f"{COURSE}{LOCKED}/"],
    )
    page.context.set_offline(True)
    page.goto(f"{academy.url}{COURSE}{LOCKED}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lessons on this device")
    expect(page.locator("[data-lessons] a")).to_have_count(1)
    page.context.set_offline(False)


@ONE_SIZE
def test_new_release_replaces_the_worker(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """Its files go; lessons stay readable, with the files that they name."""
    page = new_device()
    sign_in(page, academy, "learner@example.org")
    start_worker(page)
    open_lesson(page, academy, OPEN_TO_STRANGERS[0])
    page.evaluate("caches.open('static').then(cache => cache.put('/static/css/old.0123.css', new Response('old')))")
    # The same worker under another name, as a release with another text would be.
    page.evaluate(
        """async () => {
            const done = new Promise(resolve => navigator.serviceWorker.addEventListener('controllerchange', resolve));
            await navigator.serviceWorker.register('/service-worker.js?next');
            await done;
        }"""
    )
    wait_for(page, lambda found: "/static/css/old.0123.css" not in found["static"])
    assert "/static/js/figures.js" in of_kind(page, "static")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    page.context.set_offline(False)


@ONE_SIZE
def test_worker_can_be_withdrawn(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "learner@example.org")
    start_worker(page)
    open_lesson(page, academy, OPEN_TO_STRANGERS[0])
    page.goto(f"{academy.url}/healthz")  # a page that starts no worker
    page.evaluate("navigator.serviceWorker.register('/static/js/worker-withdrawn.js', {scope: '/static/js/'})")
    # Their names alone: looking into a cache would make it anew.
    page.wait_for_function("async () => !(await caches.keys()).length")


def test_a_course_is_kept_as_a_whole_and_removed(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "author@example.org")
    start_worker(page)
    page.goto(f"{academy.url}{COURSE}")
    section = page.locator("[data-keep-course]")
    expect(section.get_by_role("status")).to_have_text("None of it is kept on this device yet.")
    see(page, "course-to-keep", size=size)

    # Stopped after some of them, it says how many there are, and goes on from there.
    section.get_by_role("button", name="Keep on this device").click()
    expect(section.get_by_role("status")).to_contain_text(
        re.compile(rf"Keeping ([2-9]|1\d|2[0-4]) of {len(KEPT_LESSONS)}\.")
    )
    section.get_by_role("button", name="Stop").click()
    expect(section.get_by_role("status")).to_have_text(
        re.compile(rf"\d+ of {len(KEPT_LESSONS)} lessons are kept on this device\.")
    )
    section.get_by_role("button", name="Keep on this device").click()
    expect(section.get_by_role("button", name="Remove")).to_be_focused(timeout=60_000)
    expect(section.get_by_role("status")).to_contain_text(
        f"All {len(KEPT_LESSONS)} lessons are kept on this device, as they were on"
    )
    see(page, "course-kept", size=size)
    assert sorted(of_kind(page, "lessons-")) == sorted(f"{COURSE}{slug}/" for slug in KEPT_LESSONS)

    page.context.set_offline(True)
    page.goto(f"{academy.url}/offline/")
    links = page.locator("[data-lessons] a")
    expect(links).to_have_count(len(KEPT_LESSONS))
    addresses = links.evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert addresses == [f"{COURSE}{slug}/" for slug in KEPT_LESSONS]  # as they are taught
    page.goto(f"{academy.url}{COURSE}{LESSONS[-1]}/")
    figure = page.locator(".lesson figure img").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_js_property("complete", True)
    assert figure.evaluate("image => image.naturalWidth") > 0
    page.context.set_offline(False)

    page.goto(f"{academy.url}{COURSE}")
    section.get_by_role("button", name="Remove").click()
    expect(section.get_by_role("status")).to_have_text("None of it is kept on this device yet.")
    wait_for(page, lambda found: not of_lessons(found))
    assert of_kind(page, "figures-") == []


def of_lessons(found: dict[str, list[str]]) -> list[str]:
    return [path for name, paths in found.items() if name.startswith("lessons-") for path in paths]


def test_a_course_that_cannot_be_kept_says_so(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "author@example.org")
    start_worker(page)
    page.goto(f"{academy.url}{COURSE}")
    section = page.locator("[data-keep-course]")
    page.context.set_offline(True)
    section.get_by_role("button", name="Keep on this device").click()
    expect(section.get_by_role("status")).to_contain_text("The rest could not be kept")
    expect(section.get_by_role("button", name="Keep on this device")).to_be_focused()
    page.context.set_offline(False)


def test_a_stranger_is_not_offered_to_keep_a_course(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    page = new_device()
    page.goto(f"{academy.url}{COURSE}")
    expect(page.get_by_role("heading", name="Keep this course offline")).to_have_count(0)
