"""A mail provider in place of a mail server."""

import pytest
from django.test import override_settings
from django.utils.module_loading import import_string

from accounts.mail.gateway import TRACKING_VIEWS, get_tracking_view
from escan.settings import PROVIDERS
from tests.escan.test_settings import COMPLETE, start

WITH_PROVIDER = {name: value for name, value in COMPLETE.items() if name != "EMAIL_HOST"} | {
    "EMAIL_PROVIDER": "postmark",
    "EMAIL_API_KEY": "key",
    "EMAIL_WEBHOOK_SECRET": "user:password",
}


def test_production_starts_with_a_provider_in_place_of_a_mail_server(tmp_path):
    started = start(tmp_path, WITH_PROVIDER, "print(s.EMAIL_BACKEND, s.ANYMAIL)")

    assert started.stderr == ""
    assert started.stdout.strip() == (
        "anymail.backends.postmark.EmailBackend "
        "{'WEBHOOK_SECRET': 'user:password', 'REQUESTS_TIMEOUT': 20, 'POSTMARK_SERVER_TOKEN': 'key'}"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"EMAIL_PROVIDER": "pigeon"},
        {"EMAIL_API_KEY": ""},
        {"EMAIL_WEBHOOK_SECRET": ""},
        {"EMAIL_WEBHOOK_SECRET": "password"},
        {"EMAIL_WEBHOOK_SECRET": "user:"},
    ],
)
def test_start_is_refused_with_a_sentence_that_says_what_to_set(tmp_path, changes):
    stopped = start(tmp_path, WITH_PROVIDER | changes)

    assert stopped.returncode != 0
    assert f"Set {next(iter(changes))}" in stopped.stderr.strip().splitlines()[-1]


def test_webhook_is_never_open_not_even_in_development(tmp_path):
    stopped = start(tmp_path, {"DEBUG": "1", "EMAIL_PROVIDER": "postmark"})

    assert "Set EMAIL_WEBHOOK_SECRET to user:password" in stopped.stderr


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_each_provider_has_its_backend_and_its_webhook(provider):
    module, key = PROVIDERS[provider]
    given = {"WEBHOOK_SECRET": "user:password", key or "REQUESTS_TIMEOUT": "key"}
    with override_settings(EMAIL_PROVIDER=provider, ANYMAIL=given):
        import_string(f"anymail.backends.{module}.EmailBackend")(fail_silently=False)
        assert get_tracking_view() is not None
    assert set(TRACKING_VIEWS) == set(PROVIDERS)


def test_people_are_written_to_at_the_senders_address_unless_another_is_set(tmp_path):
    sender = {"DEFAULT_FROM_EMAIL": "eScan Academy <academy@example.org>"}

    assert start(tmp_path, COMPLETE | sender, "print(s.CONTACT_EMAIL)").stdout.strip() == "academy@example.org"
    other = COMPLETE | sender | {"CONTACT_EMAIL": "people@example.org"}
    assert start(tmp_path, other, "print(s.CONTACT_EMAIL)").stdout.strip() == "people@example.org"
