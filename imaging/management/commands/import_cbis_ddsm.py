from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from imaging.errors import ImagingError
from imaging.incoming.cbis.services import ATTRIBUTION, LICENCE, import_case
from imaging.incoming.cbis.tables import read_cases
from imaging.incoming.models import PURPOSES
from imaging.studies.models import StudyPurpose


def folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise ArgumentTypeError(f"{name} is no folder.")
    return path


class Command(BaseCommand):
    help = (
        "Take in the calcification cases of CBIS-DDSM from a folder that holds its description tables and, in it or in "
        "CBIS-DDSM/, its images. What is there already stays; it can be stopped and begun again (docs/operating.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=folder)
        parser.add_argument("--by", required=True, help="The address of the staff member who answers for the licence.")
        parser.add_argument("--purpose", choices=PURPOSES, default=StudyPurpose.PRACTICE)
        parser.add_argument("--limit", type=int, help="At most so many new cases.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Read everything, say what would come in, keep nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None or not by.has_perm("imaging.change_study"):
            raise CommandError(f"Nobody who may change studies has the address {options['by']}.")
        try:
            cases = read_cases(options["folder"])
        except ImagingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(cases)} cases. Licence: {LICENCE}. Shown with each: {ATTRIBUTION}")
        new = known = refused = 0
        for number, case in enumerate(cases, 1):
            if options["limit"] is not None and new >= options["limit"]:
                break
            outcome = import_case(
                case=case,
                folder=options["folder"],
                purpose=options["purpose"],
                by=by,
                is_rehearsal=options["dry_run"],
            )
            if outcome.refusals:
                refused += 1
                self.stdout.write(f"[{number}/{len(cases)}] {case.patient}: refused")
                for line in outcome.refusals:
                    self.stdout.write(f"    {line}")
            elif outcome.is_new:
                new += 1
                said = "would come in" if options["dry_run"] else "is in"
                self.stdout.write(f"[{number}/{len(cases)}] {case.patient}: {said}")
            else:
                known += 1
        came = "would come in" if options["dry_run"] else "came in"
        self.stdout.write(f"{new} {came}, {known} were there already, {refused} were refused.")
