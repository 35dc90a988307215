"""Money that moves after its learner left: it is kept, opens nothing, and a person looks."""

import pytest
from django.core import mail

from accounts.models import AccessGrant, User
from escan.leaving import delete_person
from payments.models import CheckoutSession, Purchase, WebhookEvent
from payments.services.reconciliation import reconcile
from tests.cme.conftest import complete
from tests.cme.conftest import make_course as make_course

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("row_stays", [False, True])
def test_payment_that_arrives_after_its_learner_left(learner, bench, checkout, deliver, make_course, row_stays):
    if row_stays:
        complete(learner, make_course())
    session_id = checkout(learner)
    bench.press("pay", session_id)
    delete_person(user_id=learner.pk)
    mail.outbox.clear()

    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert User.objects.filter(pk=learner.pk).exists() is row_stays
    assert Purchase.objects.values_list("session__stripe_id", "session__user", "amount").get() == (
        *(session_id, None, 7900),
    )
    assert WebhookEvent.objects.get().status == "set-aside"
    assert WebhookEvent.objects.get().error == f"UnknownReference: The learner of {session_id} is deleted."
    assert not AccessGrant.objects.exists()
    assert mail.outbox == []


def test_reconciliation_bears_checkouts_of_nobody(learner, bench, checkout):
    checkout(learner)
    delete_person(user_id=learner.pk)

    assert reconcile().finished_at
    assert CheckoutSession.objects.get().user is None
    assert not AccessGrant.objects.exists()
