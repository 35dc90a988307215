from django.db import migrations


def date_at_success(apps, schema_editor):
    """A payment that took days was dated when its debit began; the event that told of its success knows better."""
    told = apps.get_model("payments", "WebhookEvent").objects
    purchases = apps.get_model("payments", "Purchase").objects
    late = told.filter(type="checkout.session.async_payment_succeeded", status="done").order_by("created_at")
    for session_id, arrived_at in late.values_list("object_id", "created_at").iterator():
        purchases.filter(session__stripe_id=session_id, paid_at__lt=arrived_at).update(paid_at=arrived_at)


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_refunds_disputes_gifts")]

    operations = [migrations.RunPython(date_at_success, migrations.RunPython.noop)]
