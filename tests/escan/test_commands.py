import io
import sys
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.queries import has_access
from courses.models import Course
from courses.queries import is_author
from escan.management.commands import run
from escan.management.commands.create_demo_accounts import ACCOUNTS, PASSWORD
from tests.escan.test_content import root  # noqa: F401 (a fixture)


def call(name: str, *args: object) -> list[str]:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue().splitlines()


# --- load_content -----------------------------------------------------------------------------------


def test_load_content_tells_what_changed(db, root: Path):  # noqa: F811
    assert call("load_content", root) == [
        "credit type hours",
        "course/small: published",
        "lesson/first: published",
        "question/small-1: published",
        "4 changed.",
    ]
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
            "administrator@example.org",
        }
    )
    for email, user in users.items():
        assert authenticate(email=email, password=PASSWORD) == user
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == (email, True, True)
    assert [users[email].is_superuser for email in ACCOUNTS] == [False, False, True]
    assert [is_author(users[email]) for email in ACCOUNTS] == [False, True, True]
    assert not any(has_access(user) for user in users.values())


def test_demo_accounts_are_made_once_and_left_alone(db, settings):
    settings.DEBUG = True
    call("create_demo_accounts")
    learner = User.objects.get(email="learner@example.org")
    learner.name = "Renamed"
    learner.set_password("another one")
    learner.save()
    call("create_demo_accounts")
    assert (User.objects.count(), EmailAddress.objects.count()) == (3, 3)
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

    def add_process(self, name: str, command: str, env: dict[str, str]) -> None:
        self.processes[name] = command

    def loop(self) -> None:
        pass


def test_run_prepares_everything_and_starts_three_processes(db, settings, monkeypatch):
    settings.DEBUG = True
    prepared = []
    monkeypatch.setattr(FakeManager, "processes", {})
    monkeypatch.setattr(run, "Manager", FakeManager)
    monkeypatch.setattr(run, "call_command", lambda name, **_: prepared.append(name))
    monkeypatch.setattr(run.Command, "announce", lambda self: None)
    with pytest.raises(SystemExit) as ended:
        call_command("run", stdout=io.StringIO())
    assert ended.value.code == 0
    assert prepared == ["migrate", "load_content", "create_demo_accounts"]
    commands = FakeManager.processes
    assert set(commands) == {"web", "worker", "payments"}
    assert all(command.startswith(sys.executable) for command in commands.values())
    assert "--beat" in commands["worker"]


def test_run_prints_the_address_and_the_accounts(settings, monkeypatch):
    monkeypatch.setattr(run.urllib.request, "urlopen", lambda *_, **__: None)
    out = io.StringIO()
    run.Command(stdout=out).announce()
    told = out.getvalue()
    for wanted in (settings.SITE_URL, PASSWORD, *ACCOUNTS, "/pricing/", "/mail/", "/verify/", "/studio/"):
        assert wanted in told
