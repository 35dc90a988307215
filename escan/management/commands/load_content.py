from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import Lesson
from courses.search.indexing import complete_search, index_lesson, index_page
from courses.writing.services import render_again
from escan.loader.content import load_content
from escan.loader.errors import ContentError
from guides import services as guides
from guides.models import Guide
from guides.search_kinds import Guides, read


class Command(BaseCommand):
    help = "Load content/ into the database. Safe to repeat; never overwrites what was edited in the studio."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("root", nargs="?", type=Path, default=settings.BASE_DIR / "content")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = 0
        try:
            for line in load_content(options["root"]):
                lines += 1
                self.stdout.write(line)
        except ContentError as error:
            raise CommandError(str(error)) from error
        for slug in render_again():
            # What it shows may come from elsewhere, such as the published rates: search reads the same.
            index_lesson(lesson_id=Lesson.objects.get(slug=slug).pk)
            self.stdout.write(f"lesson/{slug}: drawn anew")
        for slug in guides.render_again():
            index_page(kind=Guides.name, page=read(Guide.objects.get(slug=slug)))
            self.stdout.write(f"guide/{slug}: drawn anew")
        if found := complete_search():
            self.stdout.write(f"{found} made findable")
        self.stdout.write(f"{lines} changed." if lines else "Content is up to date.")
