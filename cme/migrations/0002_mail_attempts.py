from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cme", "0001_initial")]

    operations = [
        # A claim that is past is a next attempt that is due.
        migrations.RenameField("certificate", "mail_claimed_at", "next_mail_at"),
        migrations.AlterField(
            "certificate",
            "next_mail_at",
            models.DateTimeField(
                blank=True, help_text="Nobody sends it before: somebody is at it, or the last attempt failed.", null=True
            ),
        ),
        migrations.AddField("certificate", "mail_attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "certificate",
            "mail_problem",
            models.TextField(blank=True, help_text="Why the last attempt failed."),
        ),
    ]
