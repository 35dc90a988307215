"""Spaced repetition is called recall: the models change their names, and their tables stay where they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0012_plain_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelTable(name="reviewcard", table="courses_reviewcard"),
        migrations.AlterModelTable(name="reviewanswer", table="courses_reviewanswer"),
        migrations.RenameModel(old_name="ReviewCard", new_name="RecallCard"),
        migrations.RenameModel(old_name="ReviewAnswer", new_name="RecallAnswer"),
        migrations.AlterField(
            model_name="recallcard",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="recall_cards", to="courses.question"
            ),
        ),
        migrations.AlterField(
            model_name="recallcard",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="recall_cards", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
