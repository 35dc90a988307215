"""How far learners have come is kept, so that what authors publish later takes nothing away from it."""

from django.db import migrations, models
from django.db.models import Count


def keep_what_is_shown(apps, schema_editor):
    enrolments = apps.get_model("courses", "Enrolment").objects
    lessons = apps.get_model("courses", "Lesson").objects.filter(live=True, is_required=True)
    progress = apps.get_model("courses", "LessonProgress").objects
    required = dict(lessons.values_list("module__course").annotate(Count("pk")))
    done = progress.filter(completed_at__isnull=False, lesson__live=True, lesson__is_required=True)
    for user, course, count in done.values_list("user", "lesson__module__course").annotate(Count("pk")):
        percent = 100 * count // required[course]
        enrolments.filter(user=user, course=course).update(percent_reached=percent)


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
        migrations.RunPython(keep_what_is_shown, migrations.RunPython.noop, elidable=True),
    ]
