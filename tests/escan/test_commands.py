import io
import socket
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.queries import has_access
from courses.models import Course, LessonRendering, Passage, PassageKind
from courses.writing import rates
from courses.writing.queries import is_author
from escan.management.commands import run
from escan.management.commands.create_demo_accounts import ACCOUNTS, PASSWORD
from guides.models import GuideRendering
from imaging.evidence.lookup import make_range, rates_of
from tests.escan.loader.test_content import root  # noqa: F401 (a fixture)

RATES = "\n::: rates\ndescriptor: category-3\n:::\n"


def call(name: str, *args: object) -> list[str]:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue().splitlines()


# --- load_content -----------------------------------------------------------------------------------


def test_load_content_tells_what_changed(db, root: Path):  # noqa: F811
    assert call("load_content", root) == [
        "credit type hours",
        "question/small-1: published",
        "lesson/first: published",
        "course/small: published",
        "4 changed.",
    ]
    assert call("load_content", root) == ["Content is up to date."]


def test_load_content_draws_anew_what_shows_rates_that_changed(db, root: Path, monkeypatch):  # noqa: F811
    path = root / "courses" / "small" / "lessons" / "first.md"
    path.write_text(path.read_text() + RATES)
    (root / "guides").mkdir()
    (root / "guides" / "watched.md").write_text(f"---\ntitle: Watched\nsummary: What is watched.\n---\n{RATES}")
    call("load_content", root)
    before = LessonRendering.objects.get(lesson__slug="first")
    assert "Orel 1999" in before.html and "Doe 2030" not in before.html

    (kept, *others) = rates_of("category-3")
    corrected = replace(kept, percent=Decimal("31"), study=replace(kept.study, name="Doe 2030"))
    monkeypatch.setattr(rates, "range_of", lambda key: make_range([corrected, *others]))
    assert call("load_content", root) == [
        "lesson/first: drawn anew",
        "guide/watched: drawn anew",
        "Content is up to date.",
    ]

    after = LessonRendering.objects.get(lesson__slug="first")
    assert "Doe 2030" in after.html and after.revision_id == before.revision_id
    assert "Doe 2030" in GuideRendering.objects.get().html
    found = Passage.objects.filter(text__contains="Doe 2030, 148 biopsies, 31%.")
    assert sorted(found.values_list("kind", flat=True)) == ["guide", PassageKind.TABLE]
    assert call("load_content", root) == ["Content is up to date."]


def test_load_content_stops_with_the_file_and_the_reason(db, root: Path):  # noqa: F811
    path = root / "courses" / "small" / "questions.yaml"
    path.write_text("- key: x\n")
    with pytest.raises(CommandError, match=r"questions\.yaml: 'choices' is missing"):
        call("load_content", root)
    assert not Course.objects.exists()


# --- create_demo_accounts ---------------------------------------------------------------------------


def test_demo_accounts_are_refused_without_debug(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="made with DEBUG=1 only"):
        call("create_demo_accounts")
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()


def test_demo_accounts_can_sign_in(db, settings):
    settings.DEBUG = True
    call("create_demo_accounts")
    users = {user.email: user for user in User.objects.all()}
    assert (
        set(users)
        == set(ACCOUNTS)
        == {
            "learner@example.org",
            "author@example.org",
            "reviewer@example.org",
            "office@example.org",
            "support@example.org",
            "administrator@example.org",
        }
    )
    for email, user in users.items():
        assert authenticate(email=email, password=PASSWORD) == user
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == (email, True, True)
    assert [users[email].is_superuser for email in ACCOUNTS] == [False] * 5 + [True]
    assert [is_author(users[email]) for email in ACCOUNTS] == [False, True, True, True, False, True]
    roles = [list(users[email].groups.values_list("name", flat=True)) for email in ACCOUNTS]
    assert roles == [[], ["Authors"], ["Medical reviewers"], ["CME office"], ["Support"], []]
    assert not any(has_access(user) for user in users.values())


def test_demo_accounts_are_made_once_and_left_alone(db, settings):
    settings.DEBUG = True
    call("create_demo_accounts")
    learner = User.objects.get(email="learner@example.org")
    learner.name = "Renamed"
    learner.set_password("another one")
    learner.save()
    call("create_demo_accounts")
    assert (User.objects.count(), EmailAddress.objects.count()) == (6, 6)
    learner.refresh_from_db()
    assert learner.name == "Renamed"
    assert learner.check_password("another one")


# --- run --------------------------------------------------------------------------------------------


def test_run_is_refused_without_debug(db, settings, monkeypatch):
    settings.DEBUG = False
    monkeypatch.setattr(run, "Manager", None)
    errors = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("run", stderr=errors)
    assert stopped.value.code == 2
    assert "`run` is for development" in errors.getvalue()
    assert not User.objects.exists()


class FakeManager:
    """Stands for honcho: notes the processes and ends at once."""

    returncode = 0
    processes: dict[str, str] = {}
    environments: dict[str, dict[str, str]] = {}

    def add_process(self, name: str, command: str, env: dict[str, str]) -> None:
        self.processes[name] = command
        self.environments[name] = env

    def loop(self) -> None:
        pass


@pytest.fixture
def prepared(settings, monkeypatch) -> list[str]:
    settings.DEBUG = True
    names: list[str] = []
    monkeypatch.setattr(FakeManager, "processes", {})
    monkeypatch.setattr(FakeManager, "environments", {})
    monkeypatch.setattr(run, "Manager", FakeManager)
    monkeypatch.setattr(run, "call_command", lambda name, **_: names.append(name))
    return names


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_run_prepares_everything_and_starts_three_processes(db, prepared, monkeypatch):
    monkeypatch.setattr(run, "is_free", lambda port: True)
    monkeypatch.setattr(run.Command, "announce", lambda self: None)
    with pytest.raises(SystemExit) as ended:
        call_command("run", stdout=io.StringIO())
    assert ended.value.code == 0
    assert prepared == ["migrate", "load_content", "create_demo_accounts", "make_studies"]
    commands = FakeManager.processes
    assert set(commands) == {"web", "worker", "payments"}
    assert all(command.startswith(sys.executable) for command in commands.values())
    assert "--beat" in commands["worker"]
    assert commands["payments"].endswith("--port 8001")
    assert [name for name, env in FakeManager.environments.items() if "PYTHONWARNINGS" in env] == ["worker"]


@pytest.mark.parametrize("part", ["the academy", "the payment sandbox"])
def test_run_says_which_port_is_taken(db, prepared, settings, taken, part, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    settings.PORT = str(taken if part == "the academy" else free)
    settings.SANDBOX_URL = f"http://127.0.0.1:{taken if part == 'the payment sandbox' else free}"
    errors = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("run", stderr=errors)
    assert stopped.value.code == 2
    (told,) = errors.getvalue().splitlines()
    assert told.startswith(
        f"Port {taken}, for {part}, is taken or not open to you: end what uses it, or choose another"
    )
    assert (prepared, FakeManager.processes) == ([], {})


def test_port_beyond_the_last_is_not_free():
    assert not run.is_free(65536)


def test_run_prints_the_address_and_the_accounts(settings, monkeypatch):
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: None)
    out = io.StringIO()
    run.Command(stdout=out).announce()
    told = out.getvalue()
    for wanted in (settings.SITE_URL, PASSWORD, *ACCOUNTS, "/pricing/", "/mail/", "/verify/", "/studio/"):
        assert wanted in told
