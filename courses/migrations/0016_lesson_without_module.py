"""A lesson may be a draft before it has a module."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0015_published_slugs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lesson",
            name="module",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lessons", to="courses.module"
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(("live", False), ("module__isnull", False), _connector="OR"),
                name="published_lesson_has_a_module",
            ),
        ),
    ]
