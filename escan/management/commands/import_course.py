from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug

from escan.packages.errors import PackageClosed, PackageRefused
from escan.packages.models import PackageImport, PackageState
from escan.packages.services import bring_package_in, check_package, confirm_package, discard_package, receive_package


class Command(BaseCommand):
    help = "Bring in a package of a course: says what it changes, and with --yes writes it as drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="slug", default="", help="Another slug: a copy.")
        parser.add_argument("--yes", action="store_true", help="Bring it in.")
        parser.add_argument("--publish", action="store_true", help="Publish whatever passes the checks.")

    def handle(self, *args: Any, **options: Any) -> None:
        row = self.read(options["file"], options["slug"])
        for change in row.report["changes"]:
            notes = " ".join([*([f"Edited here: {change['edited']}."] if change["edited"] else []), *change["notes"]])
            self.stdout.write(f"{change['what']}: {change['kind']} {change['name']} {notes}".rstrip())
        for told in row.report["notes"]:
            self.stdout.write(told)
        if not options["yes"] or row.report["obstacles"]:
            discard_package(pk=row.pk, by=None)
            if row.report["obstacles"]:
                raise CommandError("\n".join(row.report["obstacles"]))
            self.stdout.write("Nothing is written. Say --yes to bring it in.")
            return
        confirm_package(pk=row.pk, by=None, publish=options["publish"])
        bring_package_in(pk=row.pk)
        row.refresh_from_db()
        if row.state != PackageState.DONE:
            raise CommandError(row.error or row.get_state_display())
        for told in row.waits:
            self.stdout.write(told)
        self.stdout.write(f"{row.title}: {len(row.made)} came in.")

    def read(self, file: Path, slug: str) -> PackageImport:
        try:
            if slug:
                validate_slug(slug)
            with file.open("rb") as opened:
                row = receive_package(file=File(opened, name=file.name), file_name=file.name, by=None)
        except (OSError, PackageRefused, PackageClosed) as error:
            raise CommandError(str(error)) from error
        PackageImport.objects.filter(pk=row.pk, state=PackageState.CHECKING).update(slug=slug)
        check_package(pk=row.pk)
        row.refresh_from_db()
        if row.state == PackageState.REFUSED:
            told = row.error
            row.delete()
            raise CommandError(told)
        return row
