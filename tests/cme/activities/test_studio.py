import pytest

from cme.models import Activity, CreditType


def test_studio_edits_activities_and_credit_types(client_for, admin, activity):
    client = client_for(admin)
    for address, row in (("activity", activity), ("credittype", activity.credit_types.all()[0])):
        assert client.get(f"/studio/snippets/cme/{address}/").status_code == 200
        assert client.get(f"/studio/snippets/cme/{address}/edit/{row.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("model", "name", "reason"),
    [
        (Activity, "activity", "Bring forward the day on which it expires"),
        (CreditType, "credittype", "Take it out of the activities"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_studio_does_not_delete_what_credit_stands_on(client_for, admin, claimed, model, name, reason, method):
    row = claimed.activity if model is Activity else claimed.credit_type
    count = model.objects.count()
    client = client_for(admin)
    for address in (
        f"/studio/snippets/cme/{name}/delete/{row.pk}/",
        f"/studio/bulk/cme/{name}/delete/?id={row.pk}&next=/studio/",
    ):
        page = getattr(client, method)(address, follow=True).content.decode()
        assert f"“{row}” cannot be deleted." in page
        assert reason in page
    assert model.objects.count() == count


def test_studio_deletes_what_nobody_claimed(client_for, admin, activity):
    client_for(admin).post(f"/studio/snippets/cme/activity/delete/{activity.pk}/")
    client_for(admin).post(f"/studio/bulk/cme/credittype/delete/?id={CreditType.objects.all()[0].pk}")
    assert not Activity.objects.exists()
    assert CreditType.objects.count() == 1
