"""Start-up refuses what does not fit together, in a sentence that says what to set."""

import re

import pytest

from escan.operations.consistency import find_faults
from tests.escan.test_settings import COMPLETE

BUCKET = {"S3_BUCKET": "files", "S3_REGION": "eu-west-1"}
DEVELOPMENT = {"DEBUG": "1"}


def faults(changes: dict[str, str], of: dict[str, str] = COMPLETE) -> list[str]:
    return find_faults(of | changes)


def test_nothing_is_wrong_with_what_is_documented():
    assert faults({}) == []
    assert faults({}, of=DEVELOPMENT) == []
    assert faults(BUCKET) == []
    assert faults(BUCKET | {"S3_ACCESS_KEY_ID": "a", "S3_SECRET_ACCESS_KEY": "b"}) == []
    assert faults({"S3_BUCKET": "files", "S3_ENDPOINT_URL": "https://s3.example.org"}) == []
    assert faults({"EMAIL_HOST_USER": "a", "EMAIL_HOST_PASSWORD": "b", "EMAIL_USE_TLS": "1"}) == []
    assert faults({"EMAIL_HOST_USER": "a", "EMAIL_HOST_PASSWORD": "b", "EMAIL_USE_SSL": "1"}) == []
    assert faults({"EMAIL_HOST": "", "EMAIL_PROVIDER": "postmark"}) == []
    assert faults({"TRUSTED_PROXIES": "0"}) == []
    assert faults({"PRICE_CURRENCY": "jpy", "PRICE_AMOUNT": "7900"}) == []
    assert faults({"SENTRY_DSN": "https://key@errors.example.org/1", "METRICS_TOKEN": "t" * 20}) == []
    assert faults({"STRIPE_API_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}, of=DEVELOPMENT) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": "x" * 49}, "Set SECRET_KEY to at least 50 random characters"),
        ({"SECRET_KEY": "x" * 60}, "Set SECRET_KEY to at least 50 random characters"),
        ({"SECRET_KEY": "django-insecure-" + COMPLETE["SECRET_KEY"]}, "Set SECRET_KEY to at least 50"),
        ({"METRICS_TOKEN": "short"}, "Set METRICS_TOKEN to at least 20 random characters"),
        ({"SITE_URL": "http://academy.example.org"}, "Set SITE_URL to an address with https"),
        ({"SITE_URL": "academy.example.org"}, "Set SITE_URL to a scheme and a host alone"),
        ({"SITE_URL": "https://academy.example.org/school"}, "Set SITE_URL to a scheme and a host alone"),
        ({"SITE_URL": "ftp://academy.example.org"}, "Set SITE_URL to a scheme and a host alone"),
        ({"TRUSTED_PROXIES": ""}, "Set TRUSTED_PROXIES to the number of proxies"),
        ({"TRUSTED_PROXIES": "one"}, "Set TRUSTED_PROXIES to a whole number: 'one' is none."),
        ({"TRUSTED_PROXIES": "-1"}, "Set TRUSTED_PROXIES to a whole number"),
        ({"EMAIL_PORT": "smtp"}, "Set EMAIL_PORT to a whole number"),
        ({"EMAIL_USE_TLS": "yes"}, "Set EMAIL_USE_TLS to 1 or to 0"),
        ({"EMAIL_USE_SSL": "yes"}, "Set EMAIL_USE_SSL to 1 or to 0"),
        (
            {"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"},
            "Set EMAIL_USE_TLS=1 (STARTTLS, port 587) or EMAIL_USE_SSL=1",
        ),
        ({"STAFF_SECOND_FACTOR": "no"}, "Set STAFF_SECOND_FACTOR to 1 or to 0"),
        ({"LOG_LEVEL": "loud"}, "Set LOG_LEVEL to one of DEBUG, INFO"),
        ({"SENTRY_DSN": "https://errors.example.org"}, "Set SENTRY_DSN to the address"),
        ({"DATABASE_URL": "sqlite:////srv/academy.sqlite3"}, "Set DATABASE_URL to postgres://"),
        ({"REDIS_URL": "memory://"}, "Set REDIS_URL to redis://"),
        ({"S3_REGION": "eu-west-1"}, "Set S3_BUCKET, or remove S3_REGION"),
        ({"S3_BUCKET": "files"}, "Set S3_REGION (of Amazon S3), or S3_ENDPOINT_URL"),
        (BUCKET | {"S3_ACCESS_KEY_ID": "a"}, "Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"),
        (BUCKET | {"S3_SECRET_ACCESS_KEY": "a"}, "Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"),
        (BUCKET | {"S3_ENDPOINT_URL": "s3.example.org"}, "Set S3_ENDPOINT_URL to an address"),
        (BUCKET | {"S3_ENDPOINT_URL": "http://s3.example.org"}, "Set S3_ENDPOINT_URL to an address with https"),
        (BUCKET | {"S3_ENDPOINT_URL": "https://academy.example.org"}, "Set S3_ENDPOINT_URL to a host of its own"),
        ({"EMAIL_HOST_USER": "a"}, "Set both EMAIL_HOST_USER and EMAIL_HOST_PASSWORD"),
        ({"EMAIL_HOST_USER": "a", "EMAIL_HOST_PASSWORD": "b"}, "Set EMAIL_USE_TLS=1, or EMAIL_USE_SSL=1"),
        ({"DEFAULT_FROM_EMAIL": ""}, "Set DEFAULT_FROM_EMAIL to the sender"),
        ({"PRICE_CURRENCY": "kwd"}, "Set PRICE_CURRENCY to a currency of two decimals or of none"),
        ({"PRICE_CURRENCY": "USD"}, "Set PRICE_CURRENCY to a currency's three small letters"),
        ({"PRICE_AMOUNT": "0"}, "Set PRICE_AMOUNT to more than 0"),
        ({"STRIPE_API_KEY": "pk_live_x"}, "Set STRIPE_API_KEY to a secret key"),
        ({"STRIPE_WEBHOOK_SECRET": "sk_live_x"}, "Set STRIPE_WEBHOOK_SECRET to the signing secret"),
        ({"STRIPE_API_KEY": "sk_test_x", "STRIPE_SANDBOX_URL": "http://127.0.0.1:8001"}, "Remove STRIPE_SANDBOX_URL"),
    ],
)
def test_production_is_told(changes, sentence):
    (fault,) = faults(changes)
    assert fault.startswith(sentence)
    assert re.fullmatch(r"[A-Z].*\.", fault)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SITE_URL": "http://192.0.2.1:8000"}, "Set SITE_URL to http://localhost:8000, or remove DEBUG"),
        ({"SITE_URL": "https://academy.example.org"}, "Set SITE_URL to http://localhost:8000, or remove DEBUG"),
        ({"STRIPE_API_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}, "Set STRIPE_API_KEY to a test key"),
        ({"STRIPE_API_KEY": "sk_test_x"}, "Set STRIPE_WEBHOOK_SECRET along with STRIPE_API_KEY"),
    ],
)
def test_development_is_told(changes, sentence):
    (fault,) = faults(changes, of=DEVELOPMENT)
    assert fault.startswith(sentence)


def test_no_fault_tells_a_secret():
    """They end in logs and in terminals."""
    secrets = ("SECRET_KEY", "METRICS_TOKEN", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", "S3_SECRET_ACCESS_KEY")
    addresses = {"DATABASE_URL": "mysql://a:hidden@b/c", "REDIS_URL": "amqp://a:hidden@b", "SENTRY_DSN": "hidden"}
    told = faults(dict.fromkeys(secrets, "hidden") | addresses)
    assert len(told) == 8
    assert "hidden" not in " ".join(told)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_rehearsal_over_http_stays_on_this_machine(host):
    assert faults({"SITE_URL": f"http://{host}", "TRUSTED_PROXIES": ""}) == []


def test_address_that_only_looks_like_this_machine_is_refused():
    (fault,) = faults({"SITE_URL": "http://localhost.example.org"})
    assert fault.startswith("Set SITE_URL to an address with https")
