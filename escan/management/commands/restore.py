from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from escan.operations.backup import archive, files
from escan.operations.backup.errors import BackupError


class Command(BaseCommand):
    help = "Put an archive of `backup` in place, every byte of it checked. Stop web, worker and beat first."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path)
        parser.add_argument("--replace", action="store_true", help="Even if that deletes what is there now.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = archive.restore(options["source"], replace=options["replace"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows, count = sum(manifest.rows.values()), len(manifest.files)
        self.stdout.write(f"{rows:,} rows and {count:,} files are as on {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
        # The archive may be of an older release.
        call_command("migrate", verbosity=0)
        if problems := list(files.find_problems()):
            raise CommandError("\n".join(problems))
        self.stdout.write("Every file that a row names is there; every certificate is the one that was issued.")
