"""The academy as `make run` starts it, and a real Chromium."""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Position, ViewportSize, expect

from tests.chromium import CHROMIUM
from tests.seeds import SEED

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PICTURES = os.environ.get("PICTURES")
# A busy machine takes its time; what never comes is still found.
expect.set_options(timeout=40_000)
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1440, "height": 900},
}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Academy:
    url: str
    var: Path

    def mails(self, to: str) -> list[str]:
        """Every mail to this address as it was sent, the oldest first."""
        texts = [path.read_text() for path in sorted((self.var / "mail").glob("*.eml"))]
        return [text for text in texts if f"To: {to}" in text]

    def run(self, script: str) -> None:
        """Within the academy's own Django: not with the settings of the tests, which have a place of their own."""
        command = [sys.executable, "manage.py", "shell", "-c", script]
        subprocess.run(command, cwd=ROOT, env=environment_of(self.var), check=True, timeout=120)

    def wait_for_mail(self, to: str, *, count: int) -> str:
        deadline = time.monotonic() + 60
        while len(self.mails(to)) < count:
            assert time.monotonic() < deadline, f"no mail number {count} to {to}"
            time.sleep(0.2)
        return self.mails(to)[count - 1]


def environment_of(var: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DEBUG": "1", "VAR_DIR": str(var), "SEED": SEED, "DJANGO_SETTINGS_MODULE": "tests.browser.settings"}


def answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=2).status == 200)
    except (urllib.error.URLError, OSError):
        return False


LOAD = """
import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)
call_command("load_content", verbosity=0)
call_command("create_demo_accounts", verbosity=0)
call_command("make_studies", here=True, verbosity=0)
"""


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `manage.py run` makes: tables, content, demo accounts, studies. Once for all processes of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    var, whole = shared / "loaded", shared / "loaded-whole"
    with (shared / "loaded-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            subprocess.run([sys.executable, "-c", LOAD], cwd=ROOT, env=environment_of(var), check=True)
            whole.touch()
    return var


@pytest.fixture(scope="session")
def academy(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Iterator[Academy]:
    """`manage.py run`: web, worker, payment sandbox, on SQLite and the filesystem broker."""
    var = tmp_path_factory.mktemp("academy")
    shutil.copytree(loaded, var, dirs_exist_ok=True)
    port, sandbox_port = free_port(), free_port()
    environment = environment_of(var) | {
        "PORT": str(port),
        "STRIPE_SANDBOX_URL": f"http://127.0.0.1:{sandbox_port}",
    }
    log = (var / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run", "--no-reload"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    url = f"http://localhost:{port}"
    deadline = time.monotonic() + 240
    while not (answers(f"{url}/readyz") and answers(f"http://127.0.0.1:{sandbox_port}/")):
        assert process.poll() is None and time.monotonic() < deadline, (var / "log").read_text()[-4000:]
        time.sleep(0.2)
    yield Academy(url, var)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed in the browser may have its reason in the academy."""
    report = yield
    academy = getattr(item, "funcargs", {}).get("academy")
    if report.failed and academy:
        report.sections.append(("The end of the academy's log", (academy.var / "log").read_text()[-4000:]))
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(params=["phone", "desktop"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


ONE_SIZE = pytest.mark.parametrize("size", ["phone"], indirect=True)
"""For what is the same on every screen."""


WAIT_FOR_LOAD = """
const wait = new MutationObserver(() => {
  wait.disconnect();
  const page = document.documentElement.style;
  page.pointerEvents = 'none';
  addEventListener('load', () => page.removeProperty('pointer-events'));
});
wait.observe(document, {childList: true});
"""
"""A press waits until the page's scripts have run. A test that means the page without them has none at all."""


@pytest.fixture
def new_device(browser: Browser, size: str) -> Iterator[Any]:
    """A browser that knows nothing yet: another device, another person."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(viewport=SIZES[size], **options)
        contexts.append(context)
        context.add_init_script(WAIT_FOR_LOAD)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()


OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What else axe looks at is the same in dark and light."""


def see(page: Page, name: str, *, size: str) -> None:
    """What a careful visitor checks on every page: axe has nothing to say, in dark and light; nothing sticks out."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text())
    looks: list[tuple[Literal["dark", "light"], list[str] | None]] = [("dark", None), ("light", OF_COLOUR)]
    for scheme, rules in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour caught half-way
        # No rule that runs here reads style sheets, which axe would fetch once more.
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
        options |= {"runOnly": rules} if rules else {}
        found = page.evaluate("options => axe.run(document, options)", options)["violations"]
        told = [(rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]
        assert not told, f"{name}, {scheme}, at {page.url}: {json.dumps(told, indent=1)}"
    expect_to_fit(page, name)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{size}.png", full_page=True)


def expect_to_fit(page: Page, name: str) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{name} is wider than the screen: {width}"


def code_in(mail: str) -> str:
    """The code in an account mail: the first line that holds nothing else."""
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail, re.MULTILINE)
    assert found, mail
    return found[1]


RightAnswers = list[dict[str, Any]]


@pytest.fixture(scope="session")
def right_answers() -> RightAnswers:
    return read_right_answers()


def read_right_answers(course: str = "breast-calcifications") -> RightAnswers:
    """From the course's own file: every question, with what is right."""
    path = ROOT / f"content/courses/{course}/questions.yaml"
    questions: RightAnswers = yaml.safe_load(path.read_text())
    return questions


def complete_lesson(page: Page, right_answers: RightAnswers, *, rightly: bool = True) -> None:
    """Answer each check of the lesson that waits for it, and go on by what then stands at its end."""
    answer_checks(page, right_answers, rightly=rightly)
    end = page.locator("#lesson-end .complete")
    on = end.get_by_role("link", name=re.compile("^(Go|Back) to")).or_(end.get_by_role("button"))
    before = page.url
    on.click()
    expect(page).not_to_have_url(before)


def answer_checks(page: Page, right_answers: RightAnswers, *, rightly: bool = True) -> None:
    for check in page.locator(".lesson-check").all():
        if not check.get_by_role("link", name="Answer again").count():
            give_answer(check, right_answers, rightly=rightly)
            check.get_by_role("button", name="Answer").click()
            try:
                expect(check.get_by_role("status")).to_contain_text("Check yourself:")
                # The page moves once more, to what was told: a press in that moment would miss.
                expect(check.get_by_role("status")).to_be_focused()
            except AssertionError as error:
                raise AssertionError(f"The check still says: {check.inner_text()}") from error


def give_answer(page: Page | Locator, right_answers: RightAnswers, *, rightly: bool) -> None:
    """Answer the question on the page, or in this part of it, of whatever kind it is."""
    entry = find_entry(page, right_answers)
    kind = entry.get("kind", "single")
    if kind == "numeric":
        field = page.locator("form.q input[name=value]")
        field.fill(str(entry["value"]) if rightly else "99999")
        field.blur()
    elif kind == "place":
        pad = page.locator(".pad[role=application]")  # its script has come
        box = pad.bounding_box()
        assert box
        region = region_of(entry) if rightly else {"x": 1.5, "y": 1.5}
        place: Position = {"x": box["width"] * region["x"] / 100, "y": box["height"] * region["y"] / 100}
        pad.click(position=place)
    else:
        choose(page, {choice["text"] for choice in entry["choices"] if choice.get("correct")}, rightly=rightly)


def find_entry(page: Page | Locator, right_answers: RightAnswers) -> dict[str, Any]:
    """What the course's file says of the question: of several with one stem, the one with these choices."""
    asked = " ".join(page.locator("form.q legend").inner_text().split())
    shown = {text.strip() for text in page.locator("form.q label.opt").all_inner_texts()}
    (entry,) = (
        entry
        for entry in right_answers
        if asked.startswith(" ".join(entry["stem"].split()))
        and {choice["text"] for choice in entry.get("choices", ())} == shown
    )
    return entry


def region_of(entry: dict[str, Any]) -> dict[str, float]:
    """Its middle in percent: of the first ellipse, or of the outline that the entry's picture has of a finding."""
    if isinstance(entry["regions"], list):
        return dict(entry["regions"][0])
    (path,) = ROOT.glob(f"content/courses/*/pictures/{entry['picture']}.json")
    facts = json.loads(path.read_text())
    found = next(each for each in facts["outlines"] if each["finding"] == entry["regions"]["finding"])
    xs, ys = zip(*found["points"], strict=True)
    return {
        "x": 50 * (min(xs) + max(xs)) / facts["width"],
        "y": 50 * (min(ys) + max(ys)) / facts["height"],
    }


def choose(page: Page | Locator, right: set[str], *, rightly: bool) -> None:
    """Every right choice, or a single wrong one."""
    options = page.locator("label.opt").all()
    wanted = [option for option in options if (option.inner_text().strip() in right) is rightly]
    for option in wanted if rightly else wanted[:1]:
        take(option)


def take(option: Locator) -> None:
    """Press the option, and once more if the first press did not take it, as a person would."""
    option.click()
    try:
        expect(option.locator("input")).to_be_checked(timeout=5_000)
    except AssertionError:
        option.click()
        expect(option.locator("input")).to_be_checked()
