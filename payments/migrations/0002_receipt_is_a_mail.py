"""The receipt of a purchase becomes a row of accounts.Mail, with what was known of it."""

from django.db import migrations
from django.db.models import Q

BATCH = 1000


def write_mails(apps, schema_editor):
    Mail = apps.get_model("accounts", "Mail")
    owed = Q(receipt_sent_at__isnull=False) | Q(receipt_due_at__isnull=False)
    purchases = apps.get_model("payments", "Purchase").objects.filter(owed, session__user__isnull=False)
    mails = []
    for purchase in purchases.select_related("session__user").iterator(BATCH):
        user = purchase.session.user
        mails.append(
            Mail(
                kind="receipt",
                reference=str(purchase.pk),
                user=user,
                to=user.email,
                status="sent" if purchase.receipt_sent_at else "waiting",
                next_try_at=purchase.receipt_due_at or purchase.paid_at,
                created_at=purchase.paid_at,
                sent_at=purchase.receipt_sent_at,
            )
        )
        if len(mails) == BATCH:
            Mail.objects.bulk_create(mails)
            mails.clear()
    Mail.objects.bulk_create(mails)


def write_back(apps, schema_editor):
    """What came back or failed counts as sent: whoever goes back to the older release must not mail it again."""
    Purchase = apps.get_model("payments", "Purchase")
    mails = apps.get_model("accounts", "Mail").objects.filter(kind="receipt")
    for mail in mails.iterator(BATCH):
        is_waiting = mail.status == "waiting"
        Purchase.objects.filter(pk=mail.reference).update(
            receipt_due_at=mail.next_try_at if is_waiting else None,
            receipt_sent_at=None if is_waiting else mail.sent_at or mail.created_at,
        )
    mails.delete()


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("accounts", "0002_mail")]

    operations = [
        migrations.RunPython(write_mails, write_back),
        migrations.RemoveIndex("purchase", "receipts_that_are_due"),
        migrations.RemoveField("purchase", "receipt_due_at"),
        migrations.RemoveField("purchase", "receipt_sent_at"),
    ]
