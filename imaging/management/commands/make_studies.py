from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.enqueue import enqueue
from imaging.studies import services


class Command(BaseCommand):
    help = (
        "Order the studies that the academy lacks (STUDIES), or more. A worker makes them; with --here, this command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--more", type=int, default=0, help="So many beside those that are there.")
        parser.add_argument("--here", action="store_true", help="Make what waits now, in this process.")

    def handle(self, *args: Any, **options: Any) -> None:
        ordered = services.order_studies(count=options["more"]) if options["more"] else services.order_missing()
        if ordered and not options["more"]:
            # Not at the next sweep: the first ones are there within a minute.
            enqueue("imaging.studies.tasks.make_next_study")
        self.stdout.write(f"{ordered} studies are ordered.")
        while options["here"] and services.make_next_study():
            self.stdout.write("One is made.")
