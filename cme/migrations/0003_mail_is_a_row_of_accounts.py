"""The mail of a certificate becomes a row of accounts.Mail, with what was known of it."""

from django.db import migrations, models
from django.utils import timezone

MOST_ATTEMPTS = 16
BATCH = 1000


def write_mails(apps, schema_editor):
    Mail = apps.get_model("accounts", "Mail")
    issued = apps.get_model("cme", "Certificate").objects.filter(status="issued").select_related("claim__user")
    mails = []
    for certificate in issued.iterator(BATCH):
        mails.append(mail_of(Mail, certificate))
        if len(mails) == BATCH:
            Mail.objects.bulk_create(mails)
            mails.clear()
    Mail.objects.bulk_create(mails)


def mail_of(Mail, certificate):
    user = certificate.claim.user
    if certificate.mailed_at:
        status = "sent"
    elif certificate.mail_attempts >= MOST_ATTEMPTS:
        status = "failed"
    else:
        status = "waiting"
    return Mail(
        kind="certificate",
        reference=str(certificate.pk),
        user=user,
        to=user.email,
        status=status,
        attempts=certificate.mail_attempts,
        next_try_at=certificate.next_mail_at or timezone.now(),
        problem=certificate.mail_problem,
        created_at=certificate.issued_at,
        sent_at=certificate.mailed_at,
    )


def write_back(apps, schema_editor):
    """What came back counts as sent: whoever goes back to the older release must not mail it again."""
    Certificate = apps.get_model("cme", "Certificate")
    mails = apps.get_model("accounts", "Mail").objects.filter(kind="certificate")
    for mail in mails.iterator(BATCH):
        Certificate.objects.filter(pk=mail.reference).update(
            mailed_at=mail.sent_at or mail.bounced_at,
            mail_attempts=mail.attempts,
            next_mail_at=mail.next_try_at if mail.status == "waiting" else None,
            mail_problem=mail.problem,
        )
    mails.delete()


class Migration(migrations.Migration):
    dependencies = [("cme", "0002_mail_attempts"), ("accounts", "0002_mail")]

    operations = [
        migrations.RunPython(write_mails, write_back),
        migrations.RemoveConstraint("certificate", "only_issued_certificates_are_mailed"),
        migrations.RemoveIndex("certificate", "certificates_to_be_sent"),
        migrations.AddIndex(
            "certificate",
            models.Index(
                fields=["created_at"], condition=models.Q(("status", "due")), name="certificates_to_be_made"
            ),
        ),
        migrations.RemoveField("certificate", "mail_attempts"),
        migrations.RemoveField("certificate", "next_mail_at"),
        migrations.RemoveField("certificate", "mail_problem"),
        migrations.RemoveField("certificate", "mailed_at"),
    ]
