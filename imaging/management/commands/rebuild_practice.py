from typing import Any

from django.core.management.base import BaseCommand

from imaging.practice.services import rebuild_all


class Command(BaseCommand):
    help = "Make levels, difficulties and skills of practice anew from the readings that count now."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Made anew from {rebuild_all()} first readings.")
