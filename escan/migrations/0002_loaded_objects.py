from django.db import migrations, models


def remember_objects(apps, schema_editor):
    LoadedContent = apps.get_model("escan", "LoadedContent")
    for loaded in LoadedContent.objects.exclude(revision=None).select_related("revision"):
        loaded.object_id = int(loaded.revision.object_id)
        loaded.save(update_fields=["object_id"])


def remember_places(apps, schema_editor):
    LoadedContent = apps.get_model("escan", "LoadedContent")
    Module = apps.get_model("courses", "Module")
    Lesson = apps.get_model("courses", "Lesson")
    for loaded in LoadedContent.objects.filter(key__startswith="outline/"):
        course = LoadedContent.objects.get(key=loaded.key.replace("outline/", "course/", 1)).object_id
        modules = Module.objects.filter(course_id=course)
        lessons = Lesson.objects.filter(module__course_id=course).defer("body")
        loaded.state = {
            "modules": {row.title: {"id": row.pk, "position": row.position} for row in modules},
            "lessons": {row.slug: {"id": row.pk, "module": row.module_id, "position": row.position} for row in lessons},
        }
        loaded.save(update_fields=["state"])


class Migration(migrations.Migration):
    dependencies = [("escan", "0001_initial"), ("courses", "0001_initial")]

    operations = [
        migrations.AddField("loadedcontent", "object_id", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("loadedcontent", "state", models.JSONField(null=True)),
        migrations.RunPython(remember_objects, migrations.RunPython.noop),
        migrations.RunPython(remember_places, migrations.RunPython.noop),
    ]
