"""How far learners have come is kept, so that what authors publish later takes nothing away from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0013_recall"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="percent_reached",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Of the required lessons, when one was completed. Lessons that come later take nothing away.",
            ),
        ),
    ]
