"""One field for every e-mail address: what cannot be reached is refused with the reason, one mailbox is one account."""

from pathlib import Path

import pytest
from django import forms
from django.apps import apps as installed
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.urls import get_resolver

from accounts.addresses.fields import AddressField
from accounts.models import User
from tests.escan.people import prove

REASON = "Our mail does not reach addresses with accents or other scripts before the @ yet."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        (" ada@example.org ", "ada@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.jp", "ada@xn--r8jz45g.jp"),
    ],
)
def test_what_can_be_reached_is_kept_in_one_way(typed, kept):
    assert AddressField().clean(typed) == kept
    assert EmailMessage(to=[kept]).message()["To"] == kept


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("müller@example.org", REASON),
        ("用户@例子.广告", REASON),
        ("ada\u200b@example.org", REASON),
        ("ada@", "Enter a valid email address."),
        ("ada@exa mple.org", "Enter a valid email address."),
        ("ada@" + "ü" * 70 + ".org", "Enter a valid email address."),
        ("ada", "Enter a valid email address."),
        ("", "This field is required."),
    ],
)
def test_what_cannot_be_reached_is_refused_with_the_reason(typed, told):
    with pytest.raises(ValidationError) as refused:
        AddressField().clean(typed)
    assert told in refused.value.messages[0]


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/accounts/signup/", {"email": "müller@example.org"}),
        ("/accounts/login/", {"login": "müller@example.org"}),
        ("/accounts/login/code/", {"email": "müller@example.org"}),
        ("/accounts/password/reset/", {"email": "müller@example.org"}),
        ("/accounts/email/", {"email": "müller@example.org", "action_add": ""}),
        ("/gifts/", {"recipient": "müller@example.org"}),
    ],
)
def test_every_form_says_so(learner, client, client_for, address, form):
    if address in ("/gifts/", "/accounts/email/"):
        client = client_for(learner)
        prove(client, learner)
    answer = client.post(address, form)
    assert answer.status_code == 200
    assert REASON in answer.content.decode()
    assert not mail.outbox


def forms_of_ours() -> list[type[forms.BaseForm]]:
    """Every form that the pages and the studio have, but those of allauth, which change when they are made (above)."""
    get_resolver().url_patterns  # noqa: B018 - with the addresses every view is imported
    ours = {config.name for config in installed.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    of_allauth = set(settings.ACCOUNT_FORMS.values())
    found, waiting = [], [forms.BaseForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.split(".")[0] in ours and f"{form.__module__}.{form.__name__}" not in of_allauth:
            found.append(form)
    return found


def test_every_form_has_this_field():
    fields = {
        f"{form.__qualname__}.{name}": field
        for form in forms_of_ours()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.EmailField)
    }
    assert len(fields) >= 8
    assert [name for name, field in fields.items() if not isinstance(field, AddressField)] == []


@pytest.mark.parametrize("typed", ["ada@bücher.example", "ADA@xn--bcher-kva.example"])
def test_one_mailbox_is_one_account(db, client, typed):
    client.post("/accounts/signup/", {"email": "ada@bücher.example", "password1": "a fine long sentence"})
    assert User.objects.get().email == "ada@xn--bcher-kva.example"
    client.post("/accounts/logout/")
    answer = client.post("/accounts/login/", {"login": typed, "password": "a fine long sentence"})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert mail.outbox[-1].to == ["ada@xn--bcher-kva.example"]
