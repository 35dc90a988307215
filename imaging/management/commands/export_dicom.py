from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imaging.incoming.exporting import NotExportable, export_study
from imaging.studies.models import Study


class Command(BaseCommand):
    help = "Write the screening views of a synthetic study as DICOM files, marked as synthetic data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", type=int, help="Its number, as the studio lists it.")
        parser.add_argument("folder", type=Path, help="Where the files go: a new one, or one that is empty.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        study = Study.objects.filter(pk=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']}.")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} is not empty. Name a new folder.")
        try:
            files = list(export_study(study))
        except NotExportable as error:
            raise CommandError("A real case never leaves the academy; only synthetic studies are written.") from error
        folder.mkdir(parents=True, exist_ok=True)
        for name, written in files:
            (folder / name).write_bytes(written)
            self.stdout.write(f"{folder / name}: {len(written) / 1_000_000:.1f} MB")
