"""Without DEBUG nothing insecure has a default, and every variable is told to operators."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

BASE = settings.BASE_DIR
COMPLETE = {
    "SECRET_KEY": "a-key-that-is-long-enough-to-be-one-of-production-1",
    "SITE_URL": "https://academy.example.org",
    "TRUSTED_PROXIES": "1",
    "DATABASE_URL": "postgres://academy:secret@db.example.org/academy",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "eScan Academy <academy@example.org>",
    "STRIPE_API_KEY": "sk_live_example",
    "STRIPE_WEBHOOK_SECRET": "whsec_example",
}


def start(tmp_path: Path, environment: dict[str, str], code: str = "") -> subprocess.CompletedProcess[str]:
    return run(tmp_path, environment, "-c", f"import escan.settings as s{chr(10)}{code}")


def run(tmp_path: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("name", sorted(COMPLETE))
@pytest.mark.parametrize("empty", [False, True], ids=["missing", "empty"])
def test_production_does_not_start_without(tmp_path, name, empty):
    environment = {key: value for key, value in COMPLETE.items() if key != name} | ({name: ""} if empty else {})
    stopped = start(tmp_path, environment)
    assert stopped.returncode != 0
    last = stopped.stderr.strip().splitlines()[-1]
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: Set {name}")
    assert list(tmp_path.glob("secret-key")) == []


def test_production_starts_with_all_of_them(tmp_path):
    code = (
        "print(s.DEBUG, s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)\n"
        "print(s.EMAIL_BACKEND, s.STORAGES['staticfiles']['BACKEND'])\n"
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])\n"
        "print(s.STAFF_SECOND_FACTOR, s.DATABASES['default']['ENGINE'], s.DATABASES['default']['CONN_HEALTH_CHECKS'])"
    )
    started = start(tmp_path, COMPLETE, code)
    assert started.stderr == ""
    assert started.stdout.splitlines() == [
        "False ['academy.example.org'] ['https://academy.example.org'] True True",
        "django.core.mail.backends.smtp.EmailBackend core.staticfiles.HashedFiles",
        "[\"'self'\", 'https://checkout.stripe.com']",
        "True django.db.backends.postgresql True",
    ]


def test_production_passes_djangos_own_deployment_checks(tmp_path):
    """With nothing silenced but what the academy does on purpose otherwise."""
    checked = run(tmp_path, COMPLETE, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout == "System check identified no issues (3 silenced).\n"


def test_rehearsal_on_this_machine_starts_over_http(tmp_path):
    environment = COMPLETE | {"SITE_URL": "http://localhost:8210", "STRIPE_API_KEY": "sk_test_x"}
    del environment["TRUSTED_PROXIES"], environment["DEFAULT_FROM_EMAIL"]
    code = "print(s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS, hasattr(s, 'SECURE_SSL_REDIRECT'))"
    assert start(tmp_path, environment, code).stdout == "False ['localhost'] False\n"
    checked = run(tmp_path, environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


def test_cookies_and_headers_of_production(tmp_path):
    code = (
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_HTTPONLY)\n"
        "print(s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SECURE_PROXY_SSL_HEADER, s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    )
    assert start(tmp_path, COMPLETE, code).stdout.splitlines() == [
        "__Host-session __Host-csrf Lax True",
        "True 31536000 ('HTTP_X_FORWARDED_PROTO', 'https') 1",
    ]


def test_nobodys_word_is_taken_where_no_proxy_stands(tmp_path):
    code = "print(hasattr(s, 'SECURE_PROXY_SSL_HEADER'), s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    assert start(tmp_path, COMPLETE | {"TRUSTED_PROXIES": "0"}, code).stdout == "False 0\n"


@pytest.mark.parametrize(
    ("variables", "origin", "style"),
    [
        ({"S3_REGION": "eu-west-1"}, "https://files.s3.eu-west-1.amazonaws.com", "virtual"),
        ({"S3_ENDPOINT_URL": "https://s3.example.org/"}, "https://s3.example.org", "path"),
    ],
)
def test_bucket_is_the_one_other_host_of_pictures(tmp_path, variables, origin, style):
    code = (
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])\n"
        "print(s.STORAGES['default']['BACKEND'], s.STORAGES['default']['OPTIONS']['addressing_style'])"
    )
    assert start(tmp_path, COMPLETE | {"S3_BUCKET": "files"} | variables, code).stdout.splitlines() == [
        f"[\"'self'\", 'data:', '{origin}']",
        f"core.storage.PrivateBucket {style}",
    ]


def test_every_fault_is_told_at_once(tmp_path):
    stopped = start(tmp_path, {"DEBUG": "yes"})
    assert stopped.returncode != 0
    told = stopped.stderr.partition("ImproperlyConfigured: ")[2].splitlines()
    assert [line.split()[1] for line in told] == [
        "SECRET_KEY",
        "SITE_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_HOST",
        "STRIPE_API_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "DEBUG",
    ]


@pytest.mark.parametrize("debug", ["0", "true", "yes", " 1"])
def test_debug_is_one_and_nothing_else(tmp_path, debug):
    assert start(tmp_path, {"DEBUG": debug}).returncode != 0


def test_development_starts_with_debug_alone_and_keeps_its_key(tmp_path):
    code = "print(s.SECRET_KEY); print(s.SITE_URL, s.EMAIL_BACKEND, s.DATABASES['default']['NAME'])"
    first, second = (start(tmp_path, {"DEBUG": "1"}, code) for _ in range(2))
    assert (first.stderr, first.returncode) == ("", 0)
    assert first.stdout == second.stdout
    key, rest = first.stdout.splitlines()
    assert len(key) >= 50
    assert rest == f"http://localhost:8000 accounts.mail.mailbox.EmailBackend {tmp_path / 'academy.sqlite3'}"
    other = start(tmp_path / "other", {"DEBUG": "1", "PORT": "9000"}, code)
    assert other.stdout.splitlines()[0] != key
    assert other.stdout.splitlines()[1].startswith("http://localhost:9000 ")


def test_empty_variables_are_as_good_as_none_in_development(tmp_path):
    code = (
        "print(s.DATABASES['default']['NAME'], s.REDIS_URL == '', s.SITE_URL, s.SANDBOX_URL)\n"
        "print(s.STRIPE_API_KEY, s.STRIPE_PRICE_LOOKUP_KEY)"
    )
    names = ("DATABASE_URL", "REDIS_URL", "PORT", "STRIPE_API_KEY", "STRIPE_SANDBOX_URL", "STRIPE_PRICE_LOOKUP_KEY")
    started = start(tmp_path, {"DEBUG": "1"} | dict.fromkeys(names, ""), code)
    assert started.stderr == ""
    assert started.stdout.splitlines() == [
        f"{tmp_path / 'academy.sqlite3'} True http://localhost:8000 http://127.0.0.1:8001",
        "sk_test_sandbox unlimited-access",
    ]


def test_sandbox_has_the_port_above_the_academys_unless_another_is_set(tmp_path):
    code = "print(s.SANDBOX_URL)"
    assert start(tmp_path, {"DEBUG": "1", "PORT": "9000"}, code).stdout == "http://127.0.0.1:9001\n"
    other = {"DEBUG": "1", "STRIPE_SANDBOX_URL": "http://127.0.0.1:9100"}
    assert start(tmp_path, other, code).stdout == "http://127.0.0.1:9100\n"
    assert start(tmp_path, COMPLETE, code).stdout == "\n"


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, "False False"),
        ({"EMAIL_USE_TLS": "1"}, "True False"),
        ({"EMAIL_USE_SSL": "1", "EMAIL_USE_TLS": "0"}, "False True"),
    ],
)
def test_mail_is_encrypted_at_once_or_by_starttls(tmp_path, changes, flags):
    started = start(tmp_path, COMPLETE | changes, "print(s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)")
    assert (started.stderr, started.stdout) == ("", f"{flags}\n")


def test_broker_and_cache_follow_the_environment(tmp_path):
    code = "print(s.CELERY_BROKER_URL, s.CACHES['default']['BACKEND'])"
    embedded = start(tmp_path, {"DEBUG": "1"}, code).stdout.strip()
    assert embedded == "filesystem://localhost django.core.cache.backends.filebased.FileBasedCache"
    distributed = start(tmp_path, {"DEBUG": "1", "REDIS_URL": "redis://127.0.0.1:1/0"}, code).stdout.strip()
    assert distributed == "redis://127.0.0.1:1/0 core.caching.Redis"


# --- docs/operating.md ------------------------------------------------------------------------------


def read_by_settings() -> set[str]:
    """Every variable that settings and gunicorn's configuration read."""
    return read_by(BASE / "escan" / "settings.py") | read_by(BASE / "deploy" / "gunicorn.conf.py")


def read_by(path: Path) -> set[str]:
    """os.environ.get(…), os.environ[…], required(…)."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            names.add(ast.literal_eval(node.slice))
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in {"os.environ.get", "os.getenv", "required"} and isinstance(node.args[0], ast.Constant):
            names.add(node.args[0].value)
    return names


def told_to_operators() -> set[str]:
    """The first column of the table of settings."""
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (BASE / "docs" / "operating.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}


def test_every_variable_is_told_to_operators_and_no_other():
    read = read_by_settings()
    assert {"DEBUG", "SECRET_KEY", "DATABASE_URL", "EMAIL_HOST"} <= read
    assert told_to_operators() == read


def test_settings_are_the_only_module_that_reads_the_environment():
    readers = {
        str(path.relative_to(BASE))
        for app in ("escan", "guides", "accounts", "core", "courses", "imaging", "reviews", "payments", "cme")
        for path in (BASE / app).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    }
    # These two only set DJANGO_SETTINGS_MODULE, and these hand the environment on to processes of theirs.
    assert readers == {
        "escan/settings.py",
        "escan/celery.py",
        "escan/wsgi.py",
        "escan/management/commands/run.py",
        "escan/operations/backup/database.py",
    }
