from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.addresses.spelling import spell
from accounts.models import User
from escan.leaving import CannotLeave, delete_person


class Command(BaseCommand):
    help = "Delete accounts for good, as their owners can: for whoever asked in writing, and again after a restore."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="+", help="The address that the person signs in with, or the number.")
        parser.add_argument("--without-mail", action="store_true", help="They were told before.")

    def handle(self, *args: Any, **options: Any) -> None:
        # All are looked up first: a slip among them deletes nobody.
        people = [find_person(account) for account in options["account"]]
        for person in people:
            try:
                delete_person(user_id=person.pk, is_told=not options["without_mail"])
            except CannotLeave as error:
                raise CommandError(f"Account {person.pk} stays: {error}") from error
            self.stdout.write(f"Account {person.pk} is deleted.")


def find_person(account: str) -> User:
    there = User.objects.filter(deleted_at=None)
    found = there.filter(pk=account) if account.isdigit() else there.filter(email=spell(account))
    person = found.first()
    if person is None:
        raise CommandError(f"There is no account {account}. Nothing was deleted.")
    return person
