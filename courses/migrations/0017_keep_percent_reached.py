"""What learners see today of how far they have come is kept. A batch at a time, each written at once: nobody waits."""

from django.db import migrations
from django.db.models import Count, F, IntegerField, OuterRef, Subquery, Value

BATCH = 1000


def keep_what_is_shown(apps, schema_editor):
    lessons = apps.get_model("courses", "Lesson").objects.filter(live=True, is_required=True)
    progress = apps.get_model("courses", "LessonProgress").objects.filter(
        user=OuterRef("user"), completed_at__isnull=False, lesson__live=True, lesson__is_required=True
    )
    # The one is empty where nothing is done, and the other where nothing is required: then nothing is written.
    done = count(progress.filter(lesson__module__course=OuterRef("course")), "user")
    required = count(lessons.filter(module__course=OuterRef("course")), "module__course")
    enrolments = apps.get_model("courses", "Enrolment").objects.order_by("pk")
    last = 0
    while pks := list(enrolments.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        batch = enrolments.order_by().filter(pk__gt=last, pk__lte=pks[-1]).annotate(now=Value(100) * done / required)
        batch.filter(percent_reached__lt=F("now")).update(percent_reached=F("now"))
        last = pks[-1]


def count(rows, by):
    return Subquery(
        rows.order_by().values(by).annotate(count=Count("pk")).values("count"), output_field=IntegerField()
    )


class Migration(migrations.Migration):
    # Rows are locked for no longer than a batch takes.
    atomic = False

    dependencies = [
        ("courses", "0016_lesson_without_module"),
    ]

    operations = [
        migrations.RunPython(keep_what_is_shown, migrations.RunPython.noop, elidable=True),
    ]
