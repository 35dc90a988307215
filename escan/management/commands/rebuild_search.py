from typing import Any

from django.core.management.base import BaseCommand

from courses.search.indexing import rebuild_search


class Command(BaseCommand):
    help = (
        "Make all that is published findable anew. Needed after a change behind the academy's back; safe at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_search()} courses, lessons and pages can be found.")
