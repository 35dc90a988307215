from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.sandbox.acts import Sandbox
from payments.sandbox.deliveries import Courier
from payments.sandbox.server import Refusal, check_is_harmless, make_server
from payments.sandbox.store import Store


class Command(BaseCommand):
    help = "Stand in for Stripe on this machine: the same API, a payment page and signed webhooks. No money moves."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="A loopback address.")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--webhook-url", default=f"http://localhost:{settings.PORT}/webhooks/stripe/")
        parser.add_argument("--webhook-secret", default=settings.STRIPE_WEBHOOK_SECRET)
        parser.add_argument("--state", type=Path, default=settings.VAR_DIR / "payment-sandbox.json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_is_harmless(options["host"], settings.STRIPE_API_KEY)
        except Refusal as error:
            raise CommandError(str(error)) from error
        sandbox = Sandbox(
            store=Store(options["state"]),
            lookup_key=settings.STRIPE_PRICE_LOOKUP_KEY,
            amount=settings.PRICE_AMOUNT,
            currency=settings.PRICE_CURRENCY,
        )
        server = make_server(sandbox, host=options["host"], port=options["port"])
        Courier(sandbox, url=options["webhook_url"], secret=options["webhook_secret"]).start()
        self.stdout.write(f"Payment sandbox on http://{options['host']}:{server.server_port}: no money moves.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
