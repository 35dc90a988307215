"""One mailbox is one account, also where the address was kept in another spelling before, or typed by staff."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import get_user
from django.core import mail

from accounts.models import AddressChange, User
from escan.models import AddressProof
from payments.models import Gift
from tests.accounts.test_signing_in import newest_code
from tests.conftest import make_user
from tests.escan.people import make_checkout

pytestmark = pytest.mark.django_db

TYPED, KEPT = "ada@bücher.example", "ada@xn--bcher-kva.example"


def spell_all() -> None:
    import_module("accounts.migrations.0006_one_spelling_of_addresses").spell_addresses(apps, None)
    import_module("payments.migrations.0008_one_spelling_of_addresses").spell_recipients(apps, None)


def misspell(user: User, address: str = TYPED) -> None:
    """As the release before kept it."""
    EmailAddress.objects.filter(user=user).update(email=address)
    User.objects.filter(pk=user.pk).update(email=address)


def test_account_from_before_signs_in(learner, other_learner, client):
    misspell(learner)
    AddressChange.objects.create(user=learner, old=TYPED, new="ada@example.org")
    Gift.objects.create(
        session=make_checkout(other_learner, "cs_1", is_gift=True), recipient="ada@bu\u0308cher.example"
    )

    for _ in range(2):
        spell_all()
        learner.refresh_from_db()
        assert learner.email == KEPT
        assert list(learner.emailaddress_set.values_list("email", "verified", "primary")) == [(KEPT, True, True)]
        assert (AddressChange.objects.get().old, Gift.objects.get().recipient) == (KEPT, KEPT)

    client.post("/accounts/login/", {"login": TYPED, "password": ""})
    assert mail.outbox[-1].to == [KEPT]
    client.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert get_user(client) == learner


def test_two_accounts_for_one_mailbox_are_left_to_staff(learner, capsys):
    misspell(learner)
    second = make_user(KEPT)

    spell_all()

    assert User.objects.filter(pk=learner.pk, email=TYPED).exists()
    assert User.objects.filter(pk=second.pk, email=KEPT).exists()
    assert f"Account {learner.pk} stays as it is" in capsys.readouterr().out


def test_address_noted_in_both_spellings_is_one(learner):
    misspell(learner)
    EmailAddress.objects.create(user=learner, email=KEPT, verified=False, primary=False)

    spell_all()

    assert list(learner.emailaddress_set.values_list("email", "verified", "primary")) == [(KEPT, True, True)]


def test_staff_ask_for_an_address_as_it_is_typed_and_look_for_it_so(learner, support, client_for):
    desk = client_for(support)
    desk.post(f"/studio/people/{learner.pk}/address/", {"email": TYPED, "because": "She changed hospitals"})
    proof = AddressProof.objects.get(is_needed=True)
    assert proof.address == KEPT
    assert desk.get("/studio/people/", {"q": TYPED})["Location"].endswith(f"/{learner.pk}/")


def test_account_made_by_a_command_is_kept_so():
    assert User.objects.create_user(" Ada@Bücher.example ").email == KEPT
