import pytest
from django.db import transaction

from accounts.models import User
from core.reading import WriteRefused, only_reading


@pytest.mark.parametrize(
    "write",
    [
        lambda: User.objects.update(name="Theirs"),
        lambda: User.objects.create(email="new@example.org"),
        lambda: User.objects.all().delete(),
        lambda: User.objects.raw("  update accounts_user set name = 'Theirs'")[0],
    ],
)
def test_what_would_write_is_stopped(learner, write):
    with pytest.raises(WriteRefused), transaction.atomic(), only_reading():
        write()
    assert [user.name for user in User.objects.all()] == ["Ada Lindqvist, MD"]


def test_reading_goes_on_and_writing_does_afterwards(learner):
    with only_reading(), transaction.atomic():
        assert User.objects.filter(name__startswith="Ada").count() == 1
    assert User.objects.update(name="Ada L.") == 1
