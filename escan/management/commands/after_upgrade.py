from datetime import timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User

# The old release is gone by then: whoever chose UTC since did so themselves.
LASTS = timedelta(days=1)


class Command(BaseCommand):
    help = "Mend what the old release wrote after the migrations of this one: once its containers are gone. Repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        applied = MigrationRecorder(connection).applied_migrations()[("accounts", "0005_time_zone_not_known")].applied
        # It wrote its default for each new account; nobody chose that.
        written = User.objects.filter(time_zone="UTC", date_joined__range=(applied, applied + LASTS))
        self.stdout.write(f"{written.update(time_zone='')} time zones are asked for again.")
        import_module("accounts.migrations.0006_one_spelling_of_addresses").spell_addresses(apps, None)
        import_module("payments.migrations.0008_one_spelling_of_addresses").spell_recipients(apps, None)
