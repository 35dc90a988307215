"""Slugs under which courses and lessons were published: what is published now is the beginning."""

import django.db.models.deletion
from django.db import migrations, models


def keep_present_slugs(apps, schema_editor):
    slugs = apps.get_model("courses", "PublishedSlug").objects
    for name in ("Course", "Lesson"):
        rows = apps.get_model("courses", name).objects.filter(first_published_at__isnull=False)
        kind = name.lower()
        slugs.bulk_create(
            slugs.model(**{"slug": slug, f"{kind}_id": pk}) for pk, slug in rows.values_list("pk", "slug")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0014_percent_reached"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedSlug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField()),
                (
                    "course",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="courses.course",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="courses.lesson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("course__isnull", False), ("lesson", None)),
                            models.Q(("course", None), ("lesson__isnull", False)),
                            _connector="OR",
                        ),
                        name="published_slug_is_of_a_course_or_a_lesson",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lesson", None)), fields=("slug",), name="one_course_per_published_slug"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("course", None)), fields=("slug",), name="one_lesson_per_published_slug"
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_present_slugs, migrations.RunPython.noop, elidable=True),
    ]
