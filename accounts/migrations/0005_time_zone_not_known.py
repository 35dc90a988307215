from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_zone_that_nobody_chose(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """UTC was the default: whoever has it is asked before the next post-test, with the browser's zone filled in."""
    apps.get_model("accounts", "User").objects.filter(time_zone="UTC").update(time_zone="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sessions_and_addresses")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The date on a certificate is the date where you are.",
                max_length=64,
            ),
        ),
        migrations.RunPython(forget_zone_that_nobody_chose, migrations.RunPython.noop),
    ]
