from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imaging.studies.shipped import find_left_over, find_stale, ship_stale


class Command(BaseCommand):
    help = "Make the studies that come with the academy where they changed; with --check, only say which are stale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Make nothing; fail if a study is stale.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for line in ship_stale():
                self.stdout.write(line)
            return
        stale, left = find_stale(), find_left_over()
        if stale or left:
            seeds = ", ".join(str(recipe.seed) for recipe in stale)
            names = ", ".join(path.name for path in left)
            raise CommandError(f"Stale: {seeds or 'none'}. Left over: {names or 'none'}. Run ship_studies.")
