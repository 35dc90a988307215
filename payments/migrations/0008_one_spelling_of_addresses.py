import unicodedata

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils.encoding import punycode


def spell(address: str) -> str:
    name, at, domain = unicodedata.normalize("NFC", address).lower().rpartition("@")
    try:
        return f"{name}{at}{punycode(domain)}"
    except UnicodeError:
        return address


def spell_recipients(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """A gift waits for the address that its recipient signs in with. Row by row; safe to run again."""
    Gift = apps.get_model("payments", "Gift")
    for gift in list(Gift.objects.filter(recipient__regex="[^ -~]").only("recipient")):
        Gift.objects.filter(pk=gift.pk).update(recipient=spell(gift.recipient))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0007_gifts_that_wait")]

    operations = [migrations.RunPython(spell_recipients, migrations.RunPython.noop)]
