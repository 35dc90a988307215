from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from cme.activities.services import upsert_activity, upsert_credit_type
from cme.models import Activity, CreditType
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields


def test_upserts_are_in_the_audit_log(make_activity):
    activity = make_activity()
    upsert_credit_type(**{**AMA, "heading": "Certificate"})
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "cme.write_credit_type",
        "cme.write_credit_type",
        "cme.write_activity",
        "cme.write_credit_type",
    ]
    entry = ModelLogEntry.objects.get(action="cme.write_activity")
    assert entry.object_id == str(activity.pk)
    assert (entry.data["max_credits"], entry.data["credit_types"]) == ("1.25", ["ama-pra-category-1", "participation"])
    assert ModelLogEntry.objects.order_by("pk").last().data["heading"] == "Certificate"


def test_upsert_credit_type_changes_the_row_in_place(db):
    first = upsert_credit_type(**AMA)
    second = upsert_credit_type(**{**AMA, "heading": "Certificate"})
    assert (first.pk, second.heading, CreditType.objects.count()) == (second.pk, "Certificate", 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("increment", "0.1"), ("increment", "0"), ("wording", "$secret"), ("wording", "$"), ("professions", ["wizard"])],
)
def test_upsert_credit_type_refuses_what_breaks_a_rule(db, field, value):
    with pytest.raises(ValidationError):
        upsert_credit_type(**{**AMA, field: value})
    assert not CreditType.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"max_credits": "1.1"},
        {"max_credits": "0"},
        {"sponsorship": "joint", "partners": ""},
        {"expires_in": 3 * 366},
        {"expires_in": -31},
        {"designated_ago": 29},
    ],
)
def test_upsert_activity_refuses_what_breaks_a_rule(make_course, today, changes):
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION)
    fields = activity_fields(today)
    if "expires_in" in changes:
        fields["expires_on"] = today + timedelta(days=changes.pop("expires_in"))
    if "designated_ago" in changes:
        fields["designated_on"] = today - timedelta(days=changes.pop("designated_ago"))
    with pytest.raises(ValidationError):
        upsert_activity(course=make_course(), **{**fields, **changes})
    assert not Activity.objects.exists()
