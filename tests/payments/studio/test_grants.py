from uuid import uuid4

import pytest

from accounts.models import AccessGrant
from accounts.queries import has_access
from tests.payments.studio.making import GRANTS, LIST, WHY, acts, text_of

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


def test_staff_give_access_and_take_it_back(client_for, admin, learner):
    client = client_for(admin)
    page = text_of(client, f"{GRANTS}give/?learner={learner.pk}")
    assert f'value="{learner.email}"' in page

    form = {"email": learner.email.upper(), "key": uuid4(), **WHY}
    assert client.post(f"{GRANTS}give/", form)["Location"] == GRANTS
    assert has_access(learner)
    client.post(f"{GRANTS}give/", form)  # a double click
    assert AccessGrant.objects.filter(source="staff").count() == 1
    page = text_of(client, GRANTS)
    assert WHY["because"] in page
    assert admin.email in page

    grant = AccessGrant.objects.get(source="staff")
    path = f"{GRANTS}{grant.pk}/take-back/"
    assert path in page
    assert client.post(path, {}).status_code == 422
    assert has_access(learner)
    client.post(path, {"because": "Left the faculty"})
    assert not has_access(learner)
    assert path not in text_of(client, GRANTS)
    client.post(path, {"because": "Left the faculty"})
    client.post(f"{GRANTS}give/", form)  # the first form, sent once more
    assert not has_access(learner)
    assert acts() == [
        ("payments.grant", admin.email, WHY["because"]),
        ("payments.revoke", admin.email, "Left the faculty"),
    ]


@pytest.mark.parametrize(
    "form", [{"email": "nobody@example.org", **WHY}, {"email": "x", **WHY}, {"because": "Faculty"}]
)
def test_access_is_given_to_somebody(client_for, admin, learner, form):
    assert client_for(admin).post(f"{GRANTS}give/", form).status_code == 422
    assert not AccessGrant.objects.exists()


def test_access_needs_a_reason(client_for, admin, learner):
    assert client_for(admin).post(f"{GRANTS}give/", {"email": learner.email}).status_code == 422
    assert not has_access(learner)


@pytest.mark.parametrize("learner_id", ["", "x", "0", "²", "9" * 30])
def test_the_learner_of_an_address_may_be_nobody(client_for, admin, learner_id):
    assert client_for(admin).get(f"{GRANTS}give/", {"learner": learner_id}).status_code == 200


def test_the_list_of_people_leads_there(client_for, admin, learner):
    page = text_of(client_for(admin), "/studio/users/")
    assert f"{GRANTS}give/?learner={learner.pk}" in page
    assert f"{LIST}?q=learner%40example.org" in page
