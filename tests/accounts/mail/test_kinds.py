"""The kinds of mail that all apps together send: found, named once, and told to people in this order."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.validators import validate_slug

from accounts.mail.kinds import KINDS, MailKind, NecessaryMail, find_optional, get_necessary, get_optional, register
from accounts.models import Mail

OPTIONAL = ["unclaimed-credit", "review-due", "medical-review-waiting", "medical-review-news"]
NECESSARY = [
    *("code", "notice", "address check", "access given", "access closed", "address proof"),
    *("message", "confirmation"),
    *("certificate", "correction-refused", "certificate-withdrawn"),
    "test-passed",
    *("receipt", "refund", "refund failed", "paid twice"),
    *("gift", "gift accepted", "gift returned"),
]


def test_every_kind_is_found():
    assert sorted(KINDS) == sorted([*NECESSARY, *OPTIONAL])
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}


def test_people_see_the_kinds_in_this_order():
    assert [str(kind.title) for kind in get_necessary()] == [
        "Codes",
        "Notices about your account",
        "Answers to what you write",
        "Tests that are marked again",
        "Certificates",
        "Receipts and refunds",
        "Gifts",
    ]
    assert [kind.name for kind in get_optional()] == OPTIONAL


@pytest.mark.parametrize("name", [*NECESSARY, *OPTIONAL])
def test_kind_is_told_to_people_and_fits_its_column(name):
    kind = KINDS[name]
    told = kind.reason if isinstance(kind, NecessaryMail) else find_optional(name).description
    assert all(str(words) for words in (kind.title, told))
    assert len(name) <= Mail._meta.get_field("kind").max_length


def test_optional_kind_is_a_slug_that_an_address_can_hold():
    for kind in get_optional():
        validate_slug(kind.name)


@pytest.mark.parametrize("name", sorted({*NECESSARY, *OPTIONAL} - {"code"}))
def test_every_kind_but_a_code_is_composed_when_it_is_sent(name):
    assert type(KINDS[name]).compose is not MailKind.compose


@pytest.mark.parametrize(
    ("name", "content", "can_be"),
    [("code", None, False), ("notice", None, False), ("notice", {"text": "Words"}, True), ("receipt", None, True)],
)
def test_what_left_no_text_behind_cannot_be_made_again(name, content, can_be):
    assert KINDS[name].can_be_made_again(Mail(kind=name, content=content)) is can_be


def test_two_kinds_of_one_name_are_refused():
    class Another(NecessaryMail):
        name = "receipt"

    before = KINDS["receipt"]
    with pytest.raises(ImproperlyConfigured, match="receipt"):
        register(Another)
    assert KINDS["receipt"] is before
