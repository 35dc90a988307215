"""`make run`: database, content, demo accounts, then web, worker and payment sandbox side by side."""

import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from honcho.manager import Manager

from escan.management.commands.create_demo_accounts import ACCOUNTS, PASSWORD

BANNER = """
  The academy is open:  {site}

  Sign in with the password “{password}” as
{accounts}
  What to try
    1. Read the first lessons without an account: {site}/courses/breast-calcifications/
    2. Sign up with any address; the code arrives in {site}/mail/
    3. Buy access at {site}/pricing/ (a sandbox: no money moves), study, pass, claim credit
    4. Check the certificate at {site}/verify/
    5. Edit a lesson as author or administrator: {site}/studio/

  Ctrl-C stops everything. What you did stays in {var}.
"""


# Celery's two pages on being root: on a development machine, in a container perhaps, everybody is.
NOT_AS_ROOT = "ignore:You're running the worker with superuser privileges:UserWarning"


class Command(BaseCommand):
    help = "Run the whole academy on this machine: web, worker with beat, payment sandbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-reload", action="store_true", help="Do not restart the web process on every edit.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            self.stderr.write("`run` is for development; production has a process for each part (docs/operating.md).")
            sys.exit(2)
        self.check_ports()
        call_command("migrate", verbosity=0)
        call_command("load_content", stdout=self.stdout)
        call_command("create_demo_accounts")
        # Before the worker looks for itself: the first ones are there within a minute.
        call_command("make_studies", stdout=self.stdout)
        manager = Manager()
        python = f"{sys.executable} -u"
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_RUNSERVER_HIDE_WARNING": "true"}
        warnings = ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), NOT_AS_ROOT]))
        reload = " --noreload" if options["no_reload"] else ""
        manager.add_process("web", f"{python} manage.py runserver {settings.PORT}{reload}", env=environment)
        manager.add_process(
            "worker",
            f"{python} -m celery --quiet -A escan worker --beat --concurrency 2 --loglevel WARNING",
            env={**environment, "PYTHONWARNINGS": warnings},
        )
        if port := urlsplit(settings.SANDBOX_URL).port:
            manager.add_process("payments", f"{python} manage.py payment_sandbox --port {port}", env=environment)
        threading.Thread(target=self.announce, daemon=True).start()
        manager.loop()
        sys.exit(manager.returncode or 0)

    def check_ports(self) -> None:
        """Say before anything starts which port cannot be had, instead of dying of it in one of the processes."""
        ports = {"the academy": int(settings.PORT), "the payment sandbox": urlsplit(settings.SANDBOX_URL).port}
        for name, port in ports.items():
            if port and not is_free(port):
                self.stderr.write(
                    f"Port {port}, for {name}, is taken or not open to you: end what uses it, or choose another "
                    "with `make run PORT=9000` (the payment sandbox takes the one above, or STRIPE_SANDBOX_URL's)."
                )
                sys.exit(2)

    def announce(self) -> None:
        """Print the address once the academy answers at it."""
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{settings.PORT}/readyz", timeout=2)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                break
        else:
            self.stderr.write(f"The academy does not answer at {settings.SITE_URL}: the lines above tell why.")
            return
        accounts = "".join(f"    {email:28} {fields['name']}\n" for email, fields in ACCOUNTS.items())
        self.stdout.write(
            BANNER.format(site=settings.SITE_URL, password=PASSWORD, accounts=accounts, var=settings.VAR_DIR)
        )


def is_free(port: int) -> bool:
    with socket.socket() as server:
        # As the servers do: a connection that has just ended does not count.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
