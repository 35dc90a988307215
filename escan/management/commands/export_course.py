from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import Course
from escan.loader.errors import ContentError
from escan.packages.errors import NothingToExport
from escan.packages.services import export_course


class Command(BaseCommand):
    help = "Write a course with its media as one package, which import_course and the studio read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--drafts", action="store_true", help="The newest version of everything, published or not.")

    def handle(self, *args: Any, **options: Any) -> None:
        course = Course.objects.filter(slug=options["slug"]).first()
        if course is None:
            raise CommandError(f"There is no course {options['slug']}.")
        file: Path = options["file"]
        part = file.with_name(f"{file.name}.part")
        try:
            export = export_course(course=course, drafts=options["drafts"])
            with part.open("wb") as target:
                target.writelines(export.pieces)
            part.replace(file)
        except (NothingToExport, ContentError, OSError) as error:
            part.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        for told in export.left:
            self.stdout.write(told)
        self.stdout.write(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
