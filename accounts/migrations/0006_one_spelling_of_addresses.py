import unicodedata
from typing import Any

from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q
from django.utils.encoding import punycode

BEYOND_ASCII = "[^ -~]"


def spell(address: str) -> str:
    name, at, domain = unicodedata.normalize("NFC", address).lower().rpartition("@")
    try:
        return f"{name}{at}{punycode(domain)}"
    except UnicodeError:
        return address


def spell_rows(model: Any, *names: str) -> None:
    others = Q()
    for name in names:
        others |= Q(**{f"{name}__regex": BEYOND_ASCII})
    for row in list(model.objects.filter(others).only(*names)):
        new = {name: spell(getattr(row, name)) for name in names}
        model.objects.filter(pk=row.pk).update(**new)


def spell_addresses(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Forms look for addresses as mail servers know them: an account under another spelling could not sign in.

    A person at a time, and safe to run again. Who has two accounts for one mailbox keeps both as they are: staff
    merge them.
    """
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    for user in list(User.objects.filter(email__regex=BEYOND_ASCII).only("email")):
        email = spell(user.email)
        if email == user.email:
            continue
        taken = User.objects.filter(email=email).exists()
        owned = EmailAddress.objects.filter(email__iexact=email).exclude(user_id=user.pk).exists()
        if taken or owned:
            print(f"  Account {user.pk} stays as it is: another has the same mailbox, {email}. Merge them in the studio.")
            continue
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email)
            mine = EmailAddress.objects.filter(user_id=user.pk)
            for address in [each for each in mine if each.email != email and spell(each.email) == email]:
                # What it says of the same mailbox under the new spelling, if anything, was never used to sign in.
                mine.filter(email__iexact=email).delete()
                mine.filter(pk=address.pk).update(email=email)
    spell_rows(User, "bounced_email")
    spell_rows(apps.get_model("accounts", "AddressChange"), "old", "new")


class Migration(migrations.Migration):
    # Nothing but rows, each by itself: no lock is held for longer than one person takes.
    atomic = False

    dependencies = [
        ("accounts", "0005_time_zone_not_known"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(spell_addresses, migrations.RunPython.noop)]
