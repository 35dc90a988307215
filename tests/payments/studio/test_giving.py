"""A pasted list: looked through first, then given, and taken back."""

from uuid import uuid4

import pytest

from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from payments.models import AccessGiving
from tests.escan.support.conftest import read

pytestmark = pytest.mark.django_db

NEW = "/studio/payments/givings/new/"


def paste(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "because": "Faculty of the autumn course", "key": uuid4(), **more}


@pytest.fixture
def desk(client_for, support):
    return client_for(support)


def test_list_is_looked_through_before_anything_happens(desk, learner, other_learner):
    User.objects.create_user("closed@example.org", is_active=False)
    form = paste(
        "Ada <learner@example.org>, LEARNER@example.org\nother@example.org; new@example.org\nclosed@example.org"
    )
    told = read(desk.post(NEW, form))
    for sentence in [
        "Faculty of the autumn course",
        "One address stood there twice, and counts once.",
        "1 has an accountEverything opens to them.",
        "1 has no account yetAn account is made, and everything opens.",
        "1 has access alreadyNothing changes for them",
        "1 has a closed accountStaff closed it.",
        "No mail goes out",
        "Give access to 2 people",
    ]:
        assert sentence in told, sentence
    assert not AccessGiving.objects.exists() and not User.objects.filter(email="new@example.org").exists()

    page = desk.post(NEW, {**form, "confirmed": "1"}, follow=True)
    told = read(page)
    assert "2, of these 1 with a new account" in told and "Told by mailNo" in told
    assert has_access(learner) and not Mail.objects.exists()
    assert read(desk.post(NEW, {**form, "confirmed": "1"}, follow=True)).count("Faculty of the autumn course") == 1
    assert AccessGiving.objects.count() == 1


def test_list_can_be_changed_after_it_was_looked_through(desk, learner):
    page = desk.post(NEW, paste("learner@example.org", again="1", is_mailed="on")).content.decode()
    assert "learner@example.org</textarea>" in page and "Faculty of the autumn course</textarea>" in page
    assert "checked" in page and not AccessGiving.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("learner@example.org\nnot one", ["Nothing was done: mend these first.", "Line 2: “not one”."]),
        ("\n".join(["x"] * 30), ["Line 20: “x”.", "And 10 more."]),
        ("\n".join(f"{number}@example.org" for number in range(1_001)), ["These are 1001 addresses.", "at most 1000"]),
        (" ", ["This field is required."]),
    ],
)
def test_list_that_cannot_be_read_does_nothing_and_says_why(desk, learner, text, told):
    response = desk.post(NEW, paste(text, confirmed="1"))
    assert response.status_code == 422
    page = " ".join(response.content.decode().split())
    assert all(each in page for each in told)
    assert "Line 21" not in page
    assert not AccessGiving.objects.exists() and not AccessGrant.objects.exists()


def test_list_needs_a_reason_and_a_key(desk, learner):
    for missing in ("because", "key"):
        form = {name: value for name, value in paste("learner@example.org", confirmed="1").items() if name != missing}
        assert desk.post(NEW, form).status_code == 422
    assert not AccessGrant.objects.exists()


def test_nobody_to_give_access_to(desk, other_learner):
    told = read(desk.post(NEW, paste("other@example.org")))
    assert "Nothing would change: there is nobody to give access to." in told and "Give access to 0" not in told


def test_list_is_taken_back_with_a_reason(desk, learner, support):
    desk.post(NEW, paste("learner@example.org\nnew@example.org", confirmed="1", is_mailed="on"))
    here = f"/studio/payments/givings/{AccessGiving.objects.get().pk}/"
    assert f"{here}undo/" in desk.get(here).content.decode()
    assert "The courses close to 2 people at once" in read(desk.get(f"{here}undo/"))
    assert desk.post(f"{here}undo/", {"because": ""}).status_code == 422
    assert has_access(learner)
    told = read(desk.post(f"{here}undo/", {"because": "The wrong list", "is_mailed": "on"}, follow=True))
    assert "by Sam Support: The wrong list" in told and not has_access(learner)
    assert Mail.objects.filter(kind="access closed").count() == 2
    assert f"{here}undo/" not in desk.get(here).content.decode()
    assert "This was taken back before." in read(desk.post(f"{here}undo/", {"because": "Again"}, follow=True))


def test_lists_stand_with_who_when_why_and_how_many(desk, learner, django_assert_num_queries):
    assert "Faculty" not in read(desk.get("/studio/payments/givings/"))
    desk.post(NEW, paste("learner@example.org\nnew@example.org", confirmed="1"))
    told = read(desk.get("/studio/payments/givings/"))
    assert "2 of 2 addresses, 2 still open" in told and "Sam Support" in told
    exported = b"".join(desk.get("/studio/payments/givings/", {"export": "csv"}).streaming_content).decode()
    assert "Faculty of the autumn course" in exported


def test_person_shows_who_gave_access_and_why(desk, learner):
    desk.post(NEW, paste("learner@example.org", confirmed="1"))
    told = read(desk.get(f"/studio/people/{learner.pk}/"))
    assert all(words in told for words in ("Faculty of the autumn course", "support@example.org", "Given by a list"))
