from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from imaging.pictures.errors import BadPicture
from imaging.pictures.files import find_courses, find_left_over, find_stale, make_stale


class Command(BaseCommand):
    help = "Make the pictures of pictures.yaml that changed; with --check, only say which are stale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Make nothing; fail if a picture is stale.")
        parser.add_argument("--content", type=Path, default=Path(settings.BASE_DIR) / "content", help="The content.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for course in find_courses(options["content"]):
                if options["check"]:
                    self.check_course(course)
                else:
                    for line in make_stale(course):
                        self.stdout.write(line)
        except BadPicture as error:
            raise CommandError(str(error)) from error

    def check_course(self, course: Path) -> None:
        stale = [spec.key for spec in find_stale(course)]
        left = [path.name for path in find_left_over(course)]
        if stale or left:
            raise CommandError(f"{course.name}: stale or left over: {', '.join([*stale, *left])}. Run make_pictures.")
