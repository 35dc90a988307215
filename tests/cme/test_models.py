from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from cme.models import Activity, Certificate, Claim, CreditType


def refuses(constraint: str, rows, **changes: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**changes)


@pytest.mark.parametrize("amount", ["0.1", "1.01", "0", "-0.25"])
def test_database_refuses_credits_that_are_not_quarters(claimed, amount):
    refuses("claimed_credits_in_quarters", Claim.objects, credits=Decimal(amount))
    refuses("max_credits_in_quarters", Activity.objects, max_credits=Decimal(amount))
    refuses("increment_is_in_quarters", CreditType.objects, increment=Decimal(amount))


@pytest.mark.parametrize("amount", ["0.25", "0.5", "1.75", "75", "999.75"])
def test_database_takes_quarters(claimed, amount):
    assert Claim.objects.update(credits=Decimal(amount)) == 1
    assert Claim.objects.get().credits == Decimal(amount)


def test_database_refuses_dates_in_the_wrong_order(activity):
    rows = Activity.objects.all()
    refuses("designated_before_release", rows, designated_on=activity.expires_on)
    refuses("activity_expires_after_release", rows, expires_on=activity.released_on)
    refuses("reviewed_after_release", rows, reviewed_on=date(2000, 1, 1))


def test_database_refuses_a_joint_activity_without_partners(activity):
    refuses("joint_activity_names_partners", Activity.objects, sponsorship="joint")


def test_database_refuses_half_a_certificate(claimed):
    rows = Certificate.objects.all()
    refuses("issued_certificate_has_its_file", rows, status="issued")
    refuses("held_certificate_says_why", rows, status="held")


def test_certificates_outlive_learners_and_courses(claimed, learner_with_access, course):
    for owner in (learner_with_access, course, claimed.activity, claimed.credit_type, claimed):
        with pytest.raises(ProtectedError), transaction.atomic():
            owner.delete()
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("released_on", "reviewed_on", "latest"),
    [
        (date(2026, 10, 1), None, date(2029, 10, 1)),
        (date(2026, 10, 1), date(2027, 3, 5), date(2030, 3, 5)),
        (date(2028, 2, 29), None, date(2031, 3, 1)),
    ],
)
def test_activity_expires_three_years_after_release_or_review_at_most(released_on, reviewed_on, latest):
    assert Activity(released_on=released_on, reviewed_on=reviewed_on).latest_expiry == latest


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expires_on": date(2026, 9, 30)}, {"expires_on": ["Credit ends before it begins"]}),
        ({"expires_on": date(2026, 10, 1)}, {"expires_on": ["Credit ends before it begins"]}),
        ({"reviewed_on": date(2026, 9, 1)}, {"reviewed_on": ["A review comes after the release."]}),
        ({"designated_on": date(2026, 10, 2)}, {"designated_on": ["Credit is designated before the release"]}),
        ({"sponsorship": "joint", "partners": " "}, {"partners": ["Name who provides it jointly."]}),
        ({"max_credits": Decimal("0.3")}, {"max_credits": ["Credit is counted in quarters"]}),
        ({"max_credits": Decimal("-1")}, {"max_credits": ["Credit is counted in quarters"]}),
    ],
)
def test_activity_says_beside_the_field_what_does_not_fit(activity, changes, told):
    """And in words, not by the name of a constraint."""
    activity.designated_on = activity.reviewed_on = None
    activity.released_on, activity.expires_on = date(2026, 10, 1), date(2027, 10, 1)
    activity.full_clean()
    for name, value in changes.items():
        setattr(activity, name, value)
    with pytest.raises(ValidationError) as refused:
        activity.full_clean()
    found = refused.value.message_dict
    assert {name: len(messages) for name, messages in found.items()} == dict.fromkeys(told, 1)
    assert all(found[name][0].startswith(start) for name, [start] in told.items())


def test_credit_type_says_beside_the_field_that_it_is_not_in_quarters(claimed):
    credit_type = claimed.credit_type
    credit_type.increment = Decimal("0.1")
    with pytest.raises(ValidationError) as refused:
        credit_type.full_clean()
    assert list(refused.value.message_dict) == ["increment"]


@pytest.mark.parametrize("is_live", [True, False])
def test_studio_says_that_nobody_can_earn_the_credit_of_a_course_that_is_not_live(client_for, admin, activity, is_live):
    type(activity.course).objects.update(live=is_live)
    address = f"/studio/snippets/cme/activity/edit/{activity.pk}/"
    client = client_for(admin)
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in data.items() if value is not False}
    response = client.post(
        address, {**sent, "credit_types": [row.pk for row in activity.credit_types.all()]}, follow=True
    )
    assert response.redirect_chain
    assert ("is not published: nobody can earn this credit" in response.content.decode()) is not is_live
