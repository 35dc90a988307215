from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escan.operations.backup.files import find_problems


class Command(BaseCommand):
    help = "Read every file that a row names; compare every certificate with the hash it was issued with."

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := list(find_problems()):
            raise CommandError("\n".join(problems))
        self.stdout.write("Every file that a row names is there; every certificate is the one that was issued.")
