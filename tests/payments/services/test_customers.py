"""An address that changes here is changed at Stripe."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.utils import timezone

from accounts.models import User
from accounts.services import replace_email_address
from payments import gateway, tasks
from payments.models import Customer
from payments.services.checkout import start_checkout
from payments.services.customers import tell_email

pytestmark = pytest.mark.django_db

NEW = "new@example.org"


@pytest.fixture
def customer(bench, learner) -> Customer:
    start_checkout(user=learner)
    return Customer.objects.get()


def email_at_stripe(bench) -> str:
    [customer] = bench.sandbox.store.newest("customer")
    return customer["email"]


def change(user, email: str = NEW) -> None:
    """As staff do in the studio: no signal tells of it."""
    user.email = email
    user.save(update_fields=["email"])
    replace_email_address(user=user)


def test_an_address_that_changes_is_changed_at_stripe_at_once(
    bench, customer, learner, django_capture_on_commit_callbacks
):
    before, address = EmailAddress.objects.get(user=learner), EmailAddress(user=learner, email=NEW)

    with django_capture_on_commit_callbacks(execute=True):
        change(learner)
        # As allauth sends it, and whoever takes a change back.
        email_changed.send(sender=User, request=None, user=learner, from_email_address=before, to_email_address=address)

    customer.refresh_from_db()
    assert (email_at_stripe(bench), customer.email, customer.attempts) == (NEW, NEW, 0)


def test_whoever_changes_it_the_sweep_tells_stripe(bench, customer, learner):
    change(learner)

    tasks.sweep_customers()

    assert email_at_stripe(bench) == NEW


def test_an_address_that_was_never_written_down_is_told_once(bench, customer, learner, monkeypatch):
    """Rows of an older release, one of which may be outdated."""
    change(learner)
    Customer.objects.update(email=None)
    tasks.sweep_customers()
    assert email_at_stripe(bench) == NEW
    told = []
    monkeypatch.setattr(gateway, "change_email", lambda **asked: told.append(asked))

    tasks.sweep_customers()

    assert told == []


def test_stripe_is_told_again_when_it_was_away(bench, customer, learner, monkeypatch):
    change(learner)

    def time_out(**asked: str) -> None:
        raise gateway.Unreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "change_email", time_out)
        tasks.sweep_customers()
    customer.refresh_from_db()
    assert (customer.email, customer.attempts) == ("learner@example.org", 1)
    assert customer.next_try_at > timezone.now()
    tasks.sweep_customers()
    assert email_at_stripe(bench) == "learner@example.org"

    Customer.objects.update(next_try_at=timezone.now())
    tasks.sweep_customers()

    customer.refresh_from_db()
    assert (email_at_stripe(bench), customer.attempts, customer.next_try_at) == (NEW, 0, None)


def test_an_address_that_changes_while_stripe_is_told_is_told_next(bench, customer, learner, monkeypatch):
    change(learner)
    tell = gateway.change_email

    def tell_slowly(**asked: str) -> None:
        tell(**asked)
        change(learner, "third@example.org")
        # Another worker leaves the row to the one that has it.
        assert not tell_email(customer_id=customer.pk)

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "change_email", tell_slowly)
        assert tell_email(customer_id=customer.pk)
    assert email_at_stripe(bench) == NEW

    tasks.sweep_customers()

    assert email_at_stripe(bench) == "third@example.org"


def test_a_customer_that_stripe_forgot_is_forgotten(bench, customer, learner):
    change(learner)
    del bench.sandbox.store.objects[customer.stripe_id]

    tasks.sweep_customers()

    assert not Customer.objects.exists()


def test_who_left_is_not_told_of(bench, customer, learner):
    learner.email, learner.name, learner.is_active, learner.deleted_at = "left@x.invalid", "", False, timezone.now()
    learner.save()

    tasks.sweep_customers()

    assert email_at_stripe(bench) == "learner@example.org"


def test_without_a_customer_there_is_nothing_to_tell(bench, learner):
    change(learner)

    tasks.sweep_customers()

    assert bench.sandbox.store.newest("customer") == []
