from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Profession, User

ROLES = {
    "author@example.org": "Authors",
    "reviewer@example.org": "Medical reviewers",
    "office@example.org": "CME office",
    "support@example.org": "Support",
}
PASSWORD = "reading-room"  # noqa: S105 (development only, and printed)
ACCOUNTS: dict[str, dict[str, Any]] = {
    "learner@example.org": {"name": "Dana Demonstration, MD", "profession": Profession.PHYSICIAN},
    "author@example.org": {"name": "Avery Author"},
    "reviewer@example.org": {"name": "Rita Reviewer, MD", "profession": Profession.PHYSICIAN},
    "office@example.org": {"name": "Oscar Office"},
    "support@example.org": {"name": "Sam Support"},
    "administrator@example.org": {"name": "Adrian Administrator", "is_superuser": True},
}


class Command(BaseCommand):
    help = "Make the demo accounts that `make run` prints. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo accounts have a public password: they are made with DEBUG=1 only.")
        for email, fields in ACCOUNTS.items():
            with transaction.atomic():
                if not User.objects.filter(email=email).exists():
                    user = User.objects.create_user(email, PASSWORD, **fields)
                    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        for email, role in ROLES.items():
            User.objects.get(email=email).groups.add(Group.objects.get(name=role))
