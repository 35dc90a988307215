from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.addresses.spelling import spell
from accounts.models import User
from accounts.services import remove_second_factor


class Command(BaseCommand):
    help = "Remove the second factor of somebody who lost it. Make sure first that it is them who ask."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The address that the person signs in with.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=spell(options["email"])).first()
        if user is None:
            raise CommandError("Nobody signs in with this address.")
        if not remove_second_factor(user=user, by=None):
            raise CommandError("This person has no second factor.")
        self.stdout.write("Removed. A mail tells them. The studio asks staff to set up a new one.")
