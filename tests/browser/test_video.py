"""An author adds a video, a worker makes it ready, and a learner plays it, by hand and by key."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import ONE_SIZE, Academy, see
from tests.browser.test_journey import COURSE, sign_in
from tests.video_fixtures import make_video

pytestmark = pytest.mark.browser

LESSON = "what-calcifications-are"  # open to everyone
NEXT = "typically-benign-morphology"  # so is this one
BLOCK = "f1f1f1f1-0000-4000-8000-000000000001"
CAPTIONS = "WEBVTT\n\n" + "".join(
    f"00:{start:02}.000 --> 00:{start + 3:02}.000\nSentence {start // 3 + 1} of the talk.\n\n"
    for start in range(0, 30, 3)
)
PLACE_IT = f"""
import json
from courses.models import Lesson, Video
from courses.writing import services as authoring
from reviews.services.publishing import publish_loaded
lesson = Lesson.objects.get(slug={LESSON!r})
body = json.loads(json.dumps(list(lesson.body.raw_data)))
video = Video.objects.get(title="A talk for the test")
body.insert(1, {{"type": "video", "id": {BLOCK!r}, "value": {{"video": video.pk, "caption": "Made for the test."}}}})
publish_loaded(revision=authoring.draft_lesson(slug={LESSON!r}, fields={{"body": json.dumps(body)}}))
"""
ADD_LEARNER = """
from allauth.account.models import EmailAddress
from accounts.models import User
user = User.objects.create_user({email!r}, "reading-room", name="Dana Demonstration, MD", profession="physician")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('watched:')).map(key => localStorage[key])"


@pytest.fixture(scope="module")
def added() -> set[str]:
    """The academy, and so the video in it, is the same for both sizes."""
    return set()


@pytest.fixture
def lesson(academy: Academy, new_device: Callable[..., Page], added: set[str], size: str, tmp_path: Path) -> str:
    """The address of a lesson with a video that came through the studio."""
    if academy.url not in added:
        page = new_device()
        sign_in(page, academy, "author@example.org")
        page.goto(f"{academy.url}/studio/snippets/courses/video/add/")
        page.fill("input[name=title]", "A talk for the test")
        page.set_input_files("input[name=original]", make_video(tmp_path / "talk.mp4", seconds=30))
        page.fill("textarea[name=captions]", CAPTIONS)
        page.locator("footer button[type=submit], main button[type=submit]").first.click()
        # It says so by itself, as the author looks on.
        expect(page.locator(".video-state")).to_contain_text("Ready, 0:30 long", timeout=120_000)
        academy.run(PLACE_IT)
        added.add(academy.url)
    return f"{academy.url}{COURSE}{LESSON}/"


def at(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def plays_from(page: Page, second: float) -> None:
    page.wait_for_function(
        """second => {
            const video = document.querySelector('video');
            return !video.paused && video.currentTime > second && video.currentTime < second + 6;
        }""",
        arg=second,
        timeout=30_000,
    )


def test_learner_plays_a_video(lesson: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    told: list[str] = []
    page.on("console", lambda message: told.extend([message.text] if message.type == "error" else []))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(lesson)
    page.wait_for_load_state("networkidle")
    assert told == []
    see(page, "video", size=size)
    told.clear()  # axe reads imported styles in a way that the policy refuses
    # Nothing of the video, nor what plays it, is loaded before the learner plays.
    early = [url for url in asked if "/videos/" in url or "hls" in url]
    assert all(url.endswith(("/poster/", "/captions/")) for url in early)
    page.get_by_role("button", name="Play A talk for the test").click()
    plays_from(page, 0)
    # By its words: there, marked, and on from there.
    page.get_by_role("button", name="Sentence 6 of the talk.").click()
    plays_from(page, 15)
    expect(page.locator(".transcript [aria-current]")).to_contain_text("Sentence 6")
    # By key: faster, slower, pause, back, forward; remembered.
    page.locator("video").focus()
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('video').paused")
    before = at(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "before => Math.abs(document.querySelector('video').currentTime - before + 5) < 0.1", arg=before
    )
    page.keyboard.press("l")
    page.wait_for_function(
        "before => Math.abs(document.querySelector('video').currentTime - before - 5) < 0.1", arg=before
    )
    for _ in range(4):
        page.keyboard.press(">")
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    expect(page.get_by_label("Speed")).to_have_value("2")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")
    assert told == []
    page.reload()
    expect(page.get_by_label("Speed")).to_have_value("2")
    expect(page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "hidden"


@ONE_SIZE
def test_address_names_a_second(lesson: str, new_device: Callable[..., Page]) -> None:
    page = new_device()
    page.goto(f"{lesson}#b-{BLOCK}@12")
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 12) < 0.5", timeout=30_000)
    expect(page.locator("video")).to_be_focused()
    expect(page.locator(".transcript [aria-current]")).to_contain_text("Sentence 5")
    page.evaluate(f"location.hash = 'b-{BLOCK}@21'")
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 21) < 0.5", timeout=30_000)
    page.keyboard.press("k")
    plays_from(page, 21)


@ONE_SIZE
def test_link_that_expired_is_asked_for_again_and_the_video_goes_on(
    lesson: str, new_device: Callable[..., Page]
) -> None:
    page = new_device()
    page.goto(lesson)
    refused: list[str] = []

    def expire(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=403)

    page.route("**/videos/bytes/**", expire)
    page.get_by_role("button", name="Sentence 4 of the talk.").click()
    plays_from(page, 9)
    assert len(refused) == 1


@ONE_SIZE
def test_trouble_is_told_and_can_be_tried_again(lesson: str, new_device: Callable[..., Page]) -> None:
    page = new_device()
    page.goto(lesson)
    page.route("**/videos/**", lambda route: route.fulfill(status=403))
    page.get_by_role("button", name="Play A talk for the test").click()
    expect(page.get_by_role("alert")).to_contain_text("Sign in again in another tab", timeout=30_000)
    page.unroute("**/videos/**")
    page.get_by_role("button", name="Try again").click()
    plays_from(page, 0)


def test_without_javascript_the_words_are_there(lesson: str, new_device: Callable[..., Page]) -> None:
    page = new_device(java_script_enabled=False)
    page.goto(lesson)
    told = page.locator(".player noscript p")
    expect(told).to_be_visible()
    expect(told).to_contain_text("The video needs JavaScript.")
    expect(page.get_by_text("Sentence 10 of the talk.")).to_be_visible()
    expect(page.locator("[data-acts]")).to_be_hidden()


@pytest.fixture
def learner(academy: Academy, new_device: Callable[..., Page], lesson: str, request: pytest.FixtureRequest) -> Page:
    """Somebody who has watched nothing yet, at the lesson."""
    email = f"{re.sub('[^a-z]+', '-', request.node.name)}@example.org"
    academy.run(ADD_LEARNER.format(email=email))
    page = new_device()
    sign_in(page, academy, email)
    page.goto(lesson)
    return page


def load_video(page: Page, lesson: str) -> None:
    """All of it, so that it plays on without the network."""
    page.goto(lesson)
    page.get_by_role("button", name="Play A talk for the test").click()
    page.wait_for_function(
        """() => {
            const {buffered} = document.querySelector('video');
            return buffered.length && buffered.end(0) > 28;
        }""",
        timeout=30_000,
    )
    pause(page)


def pause(page: Page) -> None:
    page.evaluate("document.querySelector('video').pause()")


def play_sentence(page: Page, sentence: int) -> None:
    """Its first two seconds, until this browser keeps them."""
    page.get_by_role("button", name=f"Sentence {sentence} of the talk.").click()
    start = 3 * (sentence - 1)
    page.wait_for_function(
        f"""second => {KEPT}.flatMap(kept => Object.values(JSON.parse(kept))).some(
            ({{runs}}) => runs.some(([start, end]) => start <= second && second + 2 <= end))""",
        arg=start,
        timeout=30_000,
    )
    pause(page)


def wait_until_delivered(page: Page) -> None:
    page.wait_for_function(f"() => !{KEPT}.some(kept => kept !== '{{}}')", timeout=40_000)


def seconds_on_the_server(page: Page, lesson: str) -> set[int]:
    page.goto(lesson)
    originals = json.loads(str(page.locator("[data-videos]").get_attribute("data-videos")))
    return {second for video in originals.values() for start, end in video["runs"] for second in range(start, end)}


def reports_of(page: Page) -> list[dict[str, list[str]]]:
    """What the page sends about videos, as it sends it."""
    reports: list[dict[str, list[str]]] = []

    def look(sent: Request) -> None:
        given = parse_qs(sent.post_data or "") if sent.method == "POST" else {}
        if "video" in given:
            reports.append(given)

    page.on("request", look)
    return reports


@ONE_SIZE
def test_what_a_closed_tab_played_without_the_network_is_not_lost(learner: Page, lesson: str) -> None:
    load_video(learner, lesson)
    other = learner.context.new_page()
    load_video(other, lesson)
    learner.context.set_offline(True)
    play_sentence(other, 6)
    other.close()
    play_sentence(learner, 3)
    learner.context.set_offline(False)
    wait_until_delivered(learner)
    assert {6, 7, 15, 16} <= seconds_on_the_server(learner, lesson)


@ONE_SIZE
def test_tab_that_only_delivers_does_not_say_that_the_reader_is_there(learner: Page, lesson: str) -> None:
    other = learner.context.new_page()
    load_video(other, lesson)
    wait_until_delivered(learner)
    learner.context.set_offline(True)
    play_sentence(other, 6)
    other.close()
    reports = reports_of(learner)
    with learner.expect_response(lambda answer: "runs=15" in (answer.request.post_data or ""), timeout=40_000):
        learner.context.set_offline(False)
    assert reports and not any("block" in report or "position" in report for report in reports)
    assert {15, 16} <= seconds_on_the_server(learner, lesson)


@ONE_SIZE
def test_what_waits_from_another_lesson_does_not_move_the_reader(academy: Academy, learner: Page, lesson: str) -> None:
    load_video(learner, lesson)
    learner.context.set_offline(True)
    play_sentence(learner, 6)
    learner.goto("about:blank")
    learner.context.set_offline(False)
    reports = reports_of(learner)
    learner.goto(f"{academy.url}{COURSE}{NEXT}/")
    wait_until_delivered(learner)
    assert reports and not any("block" in report for report in reports)
    learner.goto(f"{academy.url}/learn/")
    expect(learner.get_by_role("link", name="Continue")).to_have_attribute("href", re.compile(NEXT))
    assert {15, 16} <= seconds_on_the_server(learner, lesson)
