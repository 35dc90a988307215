"""Whom a list of addresses would open the courses to, and what lists were given access before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import AccessGrant, User
from payments.models import AccessGiving


@dataclass
class Foreseen:
    """A list of addresses, by what would happen."""

    given: list[str] = field(default_factory=list)
    """Have an account, and nothing that opens the courses."""
    new: list[str] = field(default_factory=list)
    """No account yet."""
    open: list[str] = field(default_factory=list)
    """Everything is open already."""
    closed: list[str] = field(default_factory=list)
    """Staff closed the account."""

    @property
    def count(self) -> int:
        """How many would receive something."""
        return len(self.given) + len(self.new)


def foresee(addresses: Sequence[str]) -> Foreseen:
    """Two queries."""
    people = {user.email: user for user in User.objects.filter(email__in=addresses).only("email", "is_active")}
    holders = find_holders(list(people.values()))
    foreseen = Foreseen()
    for address in addresses:
        user = people.get(address)
        if user is None:
            foreseen.new.append(address)
        elif not user.is_active:
            foreseen.closed.append(address)
        elif user.pk in holders:
            foreseen.open.append(address)
        else:
            foreseen.given.append(address)
    return foreseen


def find_holders(people: Sequence[User]) -> set[int]:
    """The keys of those to whom everything is open."""
    return set(AccessGrant.objects.active().filter(user__in=people).values_list("user", flat=True))


def get_givings() -> QuerySet[AccessGiving, Any]:
    """The newest first, each with how many grants it made and how many of them stand."""
    counts = {"given": Count("grants"), "standing": Count("grants", filter=Q(grants__revoked_at=None))}
    return AccessGiving.objects.select_related("given_by", "undone_by").annotate(**counts).order_by("-given_at", "-pk")


def get_giving(pk: int) -> Any:
    """One AccessGiving, with the same counts; 404 where there is none."""
    return get_object_or_404(get_givings(), pk=pk)


def get_grants_of(giving: AccessGiving) -> QuerySet[AccessGrant]:
    return giving.grants.select_related("user").order_by("user__email", "pk")
