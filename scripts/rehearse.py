"""`make rehearse`: the processes of docker-compose.yml on this machine, and a learner's journey through them.

Commands, health checks and variables are read out of docker-compose.yml and deploy/env.example, so that what is
rehearsed is what runs. Four things stand in for the world: a mail catcher, the payment sandbox, an object storage, and
a certificate authority of the proxy's own. PostgreSQL and Redis are those of DATABASE_URL and REDIS_URL
(scripts/with-servers). Everything that a rehearsal makes is gone when it ends.
"""

import contextlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import boto3
import psycopg
import redis
import requests
from playwright.sync_api import ConsoleMessage, Cookie, Page, sync_playwright

from scripts.slow_clients import HOW_MANY, SlowClients, post_much
from scripts.stage import ROOT, Failed, Stage, example_environment
from tests.browser import test_journey as journey
from tests.browser.conftest import Academy, expect_to_fit, free_port, read_right_answers
from tests.chromium import CHROMIUM

EMAIL = "zoe@example.org"
SIZE = "desktop"
# Bytes of the proxy's memory: a thousand of them fit into its 512 MB.
MOST_FOR_A_SLOW_CLIENT = 500_000
NOT_IN_THE_IMAGE = shutil.ignore_patterns(".*", "node_modules", "var", "__pycache__", "backups", "test-results")
# A release that adds a column and an index while the one before it runs (docs/operating.md, "Upgrade").
MIGRATIONS = {
    "9998_rehearsal.py": """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("accounts", "{last}")]
    operations = [
        migrations.AddField("user", "rehearsed", models.CharField(max_length=20, default="", db_default="no")),
    ]
""",
    "9999_rehearsal.py": """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "9998_rehearsal")]
    operations = [AddIndexConcurrently("user", models.Index(fields=["rehearsed"], name="rehearsed"))]
""",
}


# --- What stands in for the world -------------------------------------------------------------------


class Mailbox(Academy):
    """The academy as the journey knows it, with its mails from the mail catcher."""

    def mails(self, to: str) -> list[str]:
        paths = sorted((self.var / "mails" / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [text for text in (path.read_text() for path in paths) if f"To: {to}" in text]


def is_open(url: str) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


@contextlib.contextmanager
def databases(*names: str) -> Iterator[list[str]]:
    """New databases beside that of DATABASE_URL, as addresses; dropped at the end."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        try:
            for name in names:
                server.execute(f'CREATE DATABASE "{name}"'.encode())
            yield [urlsplit(url)._replace(path=f"/{name}").geturl() for name in names]
        finally:
            for name in names:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def make_environment(work: Path, database: str) -> dict[str, str]:
    port = {name: str(free_port()) for name in ("site", "http", "web", "smtp", "sandbox", "storage")}
    return example_environment() | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(work),
        "HOSTNAME": socket.gethostname(),
        "LANG": "C.UTF-8",
        # It is made beside what is rehearsed or measured.
        "STUDIES": "1",
        "VAR_DIR": str(work / "var"),
        "PORT": port["web"],
        "SITE_URL": f"https://localhost:{port['site']}",
        "SECRET_KEY": secrets.token_hex(32),
        "DATABASE_URL": database,
        "REDIS_URL": os.environ["REDIS_URL"],
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port["smtp"],
        "EMAIL_USE_TLS": "",
        "STRIPE_API_KEY": "sk_test_rehearsal",
        "STRIPE_WEBHOOK_SECRET": "whsec_rehearsal",
        "STRIPE_SANDBOX_URL": f"http://127.0.0.1:{port['sandbox']}",
        "S3_BUCKET": "academy",
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{port['storage']}",
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY_ID": "rehearsal",
        "S3_SECRET_ACCESS_KEY": "rehearsal",
        # Caddy's own, and where it finds the web process.
        "HTTP_PORT": port["http"],
        "WEB_HOST": "localhost",
        "WEB_PORT": port["web"],
        "XDG_DATA_HOME": str(work / "caddy"),
        "XDG_CONFIG_HOME": str(work / "caddy"),
    }


def make_bucket(environment: dict[str, str], name: str) -> None:
    storage = boto3.client(
        "s3",
        endpoint_url=environment["S3_ENDPOINT_URL"],
        region_name=environment["S3_REGION"],
        aws_access_key_id=environment["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["S3_SECRET_ACCESS_KEY"],
    )
    storage.create_bucket(Bucket=name)


# --- The steps --------------------------------------------------------------------------------------


@dataclass
class Rehearsal:
    stage: Stage
    academy: Mailbox
    authority: Path  # the certificate of the proxy's own authority
    restored_url: str  # an empty database
    new_device: Callable[[], Page] = field(init=False)

    def start_the_world(self) -> None:
        stage, environment = self.stage, self.stage.environment
        mails = self.academy.var / "mails"
        catcher = ["aiosmtpd", "--nosetuid", "--class", "aiosmtpd.handlers.Mailbox", str(mails)]
        storage = urlsplit(environment["S3_ENDPOINT_URL"])
        stage.start("mail", *catcher, "--listen", f"127.0.0.1:{environment['EMAIL_PORT']}")
        stage.start("storage", "moto_server", "--host", "127.0.0.1", "--port", str(storage.port))
        stage.start("proxy")
        stage.wait("the object storage answers", lambda: is_open(environment["S3_ENDPOINT_URL"]))
        make_bucket(environment, environment["S3_BUCKET"])
        stage.wait("the proxy has its certificate", lambda: self.authority.exists() and is_open(self.academy.url))
        sandbox = ["python", "manage.py", "payment_sandbox", "--webhook-url", f"{self.academy.url}/webhooks/stripe/"]
        port = str(urlsplit(environment["STRIPE_SANDBOX_URL"]).port)
        stage.start("payments", *sandbox, "--port", port, SSL_CERT_FILE=str(self.authority))

    def release(self) -> None:
        """What the image brings along, then the service that ends before web, worker and beat start."""
        self.stage.manage("collectstatic", "--noinput")
        self.stage.run("release")

    def start_the_academy(self) -> None:
        for service in ("web", "worker", "beat"):
            self.stage.start(service)
        self.wait_until_ready()
        for service in ("web", "worker", "beat"):
            self.stage.wait(f"the health check of {service}", partial(self.stage.is_healthy, service))

    def wait_until_ready(self) -> None:
        self.stage.wait("/readyz answers", lambda: self.get("/readyz").status_code == 200)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.academy.url + path, verify=str(self.authority), timeout=40)

    def look_around(self) -> None:
        self.page = self.new_device()
        journey.look_around(self.page, self.academy, size=SIZE)

    def sign_up(self) -> None:
        journey.sign_up(self.page, self.academy, EMAIL, size=SIZE)

    def kill_web(self) -> None:
        """The next page waits for it at the proxy; the learner stays signed in."""
        self.page.wait_for_load_state("networkidle")  # a picture under way would be cut off, rightly
        self.stage.kill("web")
        # A form that meets a process in the moment of its death is answered 502: nobody can know how far it came.
        web = f"http://127.0.0.1:{self.stage.environment['PORT']}"
        self.stage.wait("the port of web is closed", lambda: not is_open(web))
        threading.Timer(1, self.stage.start, ["web"]).start()

    def pay(self) -> None:
        journey.pay(self.page, self.academy, EMAIL, size=SIZE)

    def study(self) -> None:
        """While the video plays, others come who do not mean well."""
        self.other = self.new_device()
        right_answers, meanwhile = read_right_answers(), self.withstand_others
        journey.study(self.page, self.other, self.academy, EMAIL, right_answers, size=SIZE, beside_the_video=meanwhile)

    def pass_the_post_test(self) -> None:
        journey.pass_the_post_test(self.other, read_right_answers(), size=SIZE)

    def claim_while_the_worker_is_dead(self) -> None:
        """It comes back seconds after the claim: the certificate is made and mailed all the same."""
        self.stage.kill("worker")
        threading.Timer(5, self.stage.start, ["worker"]).start()
        journey.claim(self.other, self.new_device(), self.academy, EMAIL, size=SIZE)

    def upgrade(self) -> None:
        """A new release with a migration, under visitors who notice nothing."""
        visitors = Visitors(self.academy.url, self.authority, self.page.context.cookies())
        with visitors:
            self.stage.folder = make_release(self.stage.work / "release")
            self.stage.run("release")
            visitors.go_on()  # the old code, on the new tables
            for service in ("worker", "web", "beat"):
                self.stage.stop(service)
                self.stage.start(service)
            self.wait_until_ready()
            visitors.go_on()
        visitors.tell()

    def withstand_others(self) -> None:
        timed(self.withstand_slow_clients)
        timed(self.refuse_uploads)

    def withstand_slow_clients(self) -> None:
        """While two hundred take their time, whoever does not is answered at once; the proxy keeps little of them."""
        before = self.stage.count_bytes("proxy")
        with SlowClients(self.academy.url, large=f"{journey.COURSE}{journey.LESSONS[0]}/"):
            waits = [self.time_a_page() for _ in range(20)]
            each = (self.stage.count_bytes("proxy") - before) / HOW_MANY
        print(f"         {HOW_MANY} slow clients; the longest wait {max(waits):.2f} s; {each / 1000:.0f} kB for each")
        if max(waits) > 1:
            raise Failed(f"Slow clients held up others: {waits}")
        if each > MOST_FOR_A_SLOW_CLIENT:
            raise Failed(f"The proxy keeps {each} bytes for each slow client.")

    def time_a_page(self) -> float:
        time.sleep(0.2)
        began = time.monotonic()
        # Not from the cache that strangers share, so that a process of the academy is needed.
        if self.get(f"/courses/?at={began}").status_code != 200:
            raise Failed("A page was refused while slow clients were there.")
        return time.monotonic() - began

    def refuse_uploads(self) -> None:
        """Who may not upload is told so at once, and nothing of what they send reaches the disk."""
        video = "/studio/snippets/courses/video/add/"
        folder = self.academy.var / "work"
        learner = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        # Again and again: whether an answer arrives before its connection ends was once a matter of luck.
        for cookies in [{}, learner] * 10:
            began = time.monotonic()
            most = 0
            with ThreadPoolExecutor() as pool:
                answer = pool.submit(post_much, self.academy.url, video, size=60_000_000, cookies=cookies)
                while not answer.done():
                    most = max(most, sum(path.stat().st_size for path in folder.glob("*")))
                    time.sleep(0.01)
            seconds = time.monotonic() - began
            if answer.result() != 302 or most or seconds > 5:
                raise Failed(f"60 MB of a stranger: {answer.result()} after {seconds:.1f} s, {most} bytes on the disk.")

    def back_up_and_restore(self) -> None:
        """While it runs; then into an empty database and an empty storage."""
        folder = self.stage.work / "backups"
        folder.mkdir()
        self.stage.manage("backup", str(folder))
        make_bucket(self.stage.environment, "restored")
        elsewhere = {"DATABASE_URL": self.restored_url, "S3_BUCKET": "restored"}
        told = self.stage.manage("restore", str(next(folder.iterdir())), **elsewhere)
        if "every certificate is the one that was issued" not in told:
            raise Failed(told)

    def read_the_logs(self) -> None:
        if errors := self.stage.errors():
            raise Failed("\n".join(errors[:20]))

    def steps(self) -> list[Callable[[], None]]:
        return [
            self.start_the_world,
            self.release,
            self.start_the_academy,
            self.look_around,
            self.sign_up,
            self.kill_web,
            self.pay,
            self.study,
            self.pass_the_post_test,
            self.claim_while_the_worker_is_dead,
            self.upgrade,
            self.back_up_and_restore,
            self.read_the_logs,
        ]


# --- Upgrade ----------------------------------------------------------------------------------------


def make_release(folder: Path) -> Path:
    """The tree with two more migrations, as the next release would bring them."""
    shutil.copytree(ROOT, folder, ignore=NOT_IN_THE_IMAGE)
    # There while the image is built, for its static files.
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    migrations = folder / "accounts" / "migrations"
    last = max(path.stem for path in migrations.glob("[0-9]*.py"))
    for name, text in MIGRATIONS.items():
        (migrations / name).write_text(text.replace("{last}", last))
    return folder


class Visitors:
    """A stranger and a learner who open page after page, and write down what they were answered."""

    PAGES = ("/", journey.COURSE, f"{journey.COURSE}{journey.LESSONS[0]}/", "/learn/", "/cme/")

    def __init__(self, url: str, authority: Path, cookies: list[Cookie]) -> None:
        self.url = url
        self.authority = authority
        self.cookies = {cookie["name"]: cookie["value"] for cookie in cookies}
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.visit), threading.Thread(target=self.visit)]

    def __enter__(self) -> "Visitors":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def visit(self) -> None:
        while not self.stopped.is_set():
            for path in self.PAGES:
                began = time.monotonic()
                self.answers[self.ask(path)] += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.stopped.wait(0.05)

    def ask(self, path: str) -> str:
        try:
            answer = requests.get(
                self.url + path, cookies=self.cookies, verify=str(self.authority), timeout=90, allow_redirects=False
            )
        except requests.RequestException as error:
            return f"{path}: {type(error).__name__}"
        return "200" if answer.status_code == 200 else f"{path}: {answer.status_code}"

    def go_on(self) -> None:
        """Until each page was opened a few times more."""
        enough = self.answers["200"] + 4 * len(self.PAGES)
        deadline = time.monotonic() + 30
        while self.answers["200"] < enough and time.monotonic() < deadline:
            time.sleep(0.1)

    def tell(self) -> None:
        print(f"         {self.answers['200']} pages meanwhile; the longest wait {self.slowest:.1f} s")
        if failed := {answer: count for answer, count in self.answers.items() if answer != "200"}:
            raise Failed(f"Visitors noticed the upgrade: {failed}")


# --- The rehearsal ----------------------------------------------------------------------------------


# What went wrong in each page.
TOLD: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


def look(page: Page, name: str, *, size: str) -> None:
    """tests/browser looks at every page closely; here each must only arrive whole, and fit the screen of a desk."""
    page.wait_for_load_state("load")
    expect_to_fit(page, name)
    assert TOLD[page] == [], f"{name}: {TOLD[page]}"


@contextlib.contextmanager
def devices() -> Iterator[Callable[[], Page]]:
    """Browsers that know nothing yet, and that write down what went wrong in a page."""
    journey.see = look
    with sync_playwright() as playwright:
        # The proxy signs for itself; that of a context says nothing to the worker that keeps lessons.
        flags = ["--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)

        def open_one() -> Page:
            page = browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900}).new_page()
            told = TOLD[page] = []
            page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
            page.on("console", lambda said: told.extend(find_trouble(page, said)))
            return page

        yield open_one
        browser.close()


def find_trouble(page: Page, said: ConsoleMessage) -> list[str]:
    """Chromium calls it an error, too, that a page itself is answered with 403, as a locked lesson is."""
    address = said.location.get("url")
    return [f"{page.url}: {said.text} ({address})"] if said.type == "error" and address != page.url else []


def timed(step: Callable[[], None]) -> None:
    began = time.monotonic()
    step()
    print(f"{time.monotonic() - began:6.1f} s  {step.__name__.replace('_', ' ')}", flush=True)


def rehearse(rehearsal: Rehearsal) -> None:
    began = time.monotonic()
    for step in rehearsal.steps():
        timed(step)
    print(f"{time.monotonic() - began:6.1f} s  in all: nothing was lost", flush=True)


def main() -> None:
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if missing or not CHROMIUM:
        sys.exit(f"A rehearsal needs Chromium and {' and '.join(missing) or 'nothing else'}: see README.md, “Test it”.")
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()
    names = [f"rehearse_{os.getpid()}{ending}" for ending in ("", "_restored")]
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as work, databases(*names) as (url, restored_url):
        environment = make_environment(Path(work), url)
        stage = Stage(Path(work), environment)
        authority = Path(environment["XDG_DATA_HOME"], "caddy", "pki", "authorities", "local", "root.crt")
        rehearsal = Rehearsal(stage, Mailbox(environment["SITE_URL"], Path(work)), authority, restored_url)
        try:
            with devices() as rehearsal.new_device:
                rehearse(rehearsal)
        except BaseException:
            stage.tell_logs()
            raise
        finally:
            stage.end()


if __name__ == "__main__":
    main()
