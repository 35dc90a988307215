"""Academies to be measured: a database each on one PostgreSQL server, and processes with the settings of production."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"

LOG = ROOT / "var" / "benchmarks.log"

Process = subprocess.Popen[str]


@dataclass
class Academy:
    learners: int
    work: Path
    mail_port: int = 25

    @cached_property
    def log(self) -> IO[str]:
        """What its processes say, as in production one line for each request."""
        LOG.parent.mkdir(exist_ok=True)
        return LOG.open("a")

    @property
    def database(self) -> str:
        return f"bench_{self.learners}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(self.work / self.database),
            "DATABASE_URL": urlsplit(SERVER)._replace(path=f"/{self.database}").geturl(),
            "REDIS_URL": REDIS,
            "TRUSTED_PROXIES": "1",
            "SITE_URL": "http://localhost",
            "SECRET_KEY": "only-for-the-benchmark-" * 3,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail_port),
            "STRIPE_API_KEY": "sk_test_sandbox",
            "STRIPE_WEBHOOK_SECRET": "whsec_sandbox",
            "STRIPE_SANDBOX_URL": "http://127.0.0.1:1",
            "BENCH_LEARNERS": str(self.learners),
        }

    def create(self) -> None:
        """A fresh database with the content and so many learners."""
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{self.database}"')
        self.manage("migrate", "-v0")
        self.manage("load_content")
        self.manage("collectstatic", "--noinput", "-v0")
        seed = f"import django; django.setup(); from benchmarks.seed import seed; seed({self.learners})"
        self.python("-c", seed)

    def drop(self) -> None:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def manage(self, *arguments: str) -> None:
        self.python("manage.py", *arguments)

    def python(self, *arguments: str) -> str:
        """What it printed."""
        settings = {"DJANGO_SETTINGS_MODULE": "escan.settings"}
        command = [sys.executable, *arguments]
        env = self.environment | settings
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=self.log, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed; {LOG.relative_to(ROOT)} says why.")
        return done.stdout

    def start(self, *command: str, settings: str = "escan.settings", pipes: int | None = None) -> Process:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": settings},
            text=True,
            stdin=pipes,
            stdout=pipes or subprocess.DEVNULL,
            stderr=self.log,
        )

    @contextmanager
    def served(self, settings: str = "escan.settings", *, ready: str) -> Iterator[tuple[str, Process]]:
        """Two web processes as in production, behind one address."""
        address = f"127.0.0.1:{free_port()}"
        web = self.start(
            "gunicorn",
            "django.core.wsgi:get_wsgi_application()",
            "--config=deploy/gunicorn.conf.py",
            f"--bind={address}",
            "--log-level=error",
            settings=settings,
        )
        try:
            wait_for(f"http://{address}{ready}")
            yield address, web
        finally:
            web.terminate()
            web.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(urllib.request.Request(url, headers={"Host": "localhost"}), timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{url} does not answer")
