from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from escan.operations.backup import archive
from escan.operations.backup.errors import BackupError


class Command(BaseCommand):
    help = "Write database and files, consistent with each other, into one archive. The academy goes on meanwhile."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="A new file, or a folder for academy-<time>.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"]
        if target.is_dir():
            self.tidy(target)
            target /= f"academy-{timezone.now():%Y%m%dT%H%M%SZ}.tar"
        if target.exists():
            raise CommandError(f"{target} is there already, and no archive is ever overwritten.")
        try:
            manifest = archive.write(target)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows, size = sum(manifest.rows.values()), target.stat().st_size / 1e6
        self.stdout.write(f"{target}: {rows:,} rows and {len(manifest.files):,} files, {size:,.1f} MB.")
        for name in manifest.missing:
            self.stderr.write(f"{name} is not in it: a row names it, and the storage has no such file.")

    def tidy(self, folder: Path) -> None:
        """What cannot be removed keeps nobody from backing up."""
        try:
            for name in archive.remove_leftovers(folder):
                self.stdout.write(f"{name} is removed: whatever made it was ended before its time.")
        except OSError as error:
            self.stderr.write(f"What was left behind in {folder} cannot be removed: {error}")
