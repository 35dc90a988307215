"""Every kind of mail: one small class each, in the module `mails` of the app that sends it."""

from typing import ClassVar, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.utils.functional import Promise

from accounts.mail.models import Mail

# What the sending of mail itself writes into rows; the classes are in accounts/mails.py.
CODE = "code"
NOTICE = "notice"
ADDRESS_CHECK = "address check"
ACCESS_GIVEN = "access given"
ACCESS_CLOSED = "access closed"


class MailKind:
    """A kind of mail. Its name stands in the database, so it never changes."""

    name: ClassVar[str]
    title: ClassVar[Promise]
    order: ClassVar[int]
    """Where it stands on the page of mails, among those that are necessary or among those that are not."""

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        """The message, made of what the mail's reference names. Raises NotDue where there is nothing to tell."""
        raise NotImplementedError

    def can_be_made_again(self, mail: Mail) -> bool:
        return True


class NecessaryMail(MailKind):
    """A kind that always comes, and why. Kinds that people see as one take title, reason and order from one class."""

    reason: ClassVar[Promise]


class OptionalMail(MailKind):
    """A kind that a person may turn off, by its name, which is a slug, too. Every such mail says how."""

    description: ClassVar[Promise]
    is_on_at_first: ClassVar[bool]
    is_for_staff: ClassVar[bool] = False
    """Nobody else is offered it."""


KINDS: dict[str, MailKind] = {}

Kind = TypeVar("Kind", bound=MailKind)


def register(kind: type[Kind]) -> type[Kind]:
    """Make the kind known by its name; a decorator. Only what is really sent is registered."""
    if kind.name in KINDS:
        raise ImproperlyConfigured(f"Two kinds of mail have the name “{kind.name}”.")
    KINDS[kind.name] = kind()
    return kind


def find_optional(name: str) -> OptionalMail | None:
    kind = KINDS.get(name)
    return kind if isinstance(kind, OptionalMail) else None


def get_optional() -> list[OptionalMail]:
    return sorted((kind for kind in KINDS.values() if isinstance(kind, OptionalMail)), key=lambda kind: kind.order)


def get_necessary() -> list[NecessaryMail]:
    """One of those that people see as one."""
    kinds = (kind for kind in KINDS.values() if isinstance(kind, NecessaryMail))
    seen = {str(kind.title): kind for kind in kinds}
    return sorted(seen.values(), key=lambda kind: kind.order)
