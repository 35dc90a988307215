"""What apps above say to review: which rows go through it, how they are read, and what else waits for reviewers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Model
from wagtail.models import Revision

from accounts.models import User
from core.faults import is_of_others
from reviews.parts import Part


class Scope(NamedTuple):
    """What the steps are set for: a course, or all guides."""

    kind: str
    pk: int = 0
    title: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.pk}" if self.pk else self.kind


class Reviewed(ABC):
    """A model whose drafts are reviewed before they are published."""

    model: ClassVar[type[Any]]
    order: ClassVar[int] = 50
    """In which approved rows of one batch go live: what others need comes first."""

    @abstractmethod
    def get_scope(self, row: Any) -> Scope | None:
        """None for what belongs nowhere yet: it cannot be published anyway."""

    @abstractmethod
    def read_parts(self, row: Any) -> list[Part]:
        """A version, as it would be published: field by field and block by block, in the order of the page."""

    @abstractmethod
    def may_write(self, user: User) -> bool: ...

    def get_title(self, row: Any) -> str:
        return str(row)

    def get_preview(self, row: Any, *, user: User) -> str:
        """The address at which this person walks its drafts as a learner does; empty where there is none."""
        return ""

    def has_page(self, row: Any) -> bool:
        """Whether it can be seen whole, as learners see it (`serve_preview`)."""
        return hasattr(row, "serve_preview")

    def check(self, version: Any) -> None:
        """Raises ValidationError with what a draft still lacks to be sent. What it leads to may come live with it."""
        version.full_clean()
        try:
            version.check_publishable()
        except ValidationError as refused:
            if not is_of_others(refused):
                raise

    def sign(self, revision: Revision, *, by: User, day: date) -> bool:
        """Writes into the revision who approved it medically, where the row shows that. False where it does not."""
        return False


KINDS: dict[type[Model], Reviewed] = {}


def register(kind: type[Reviewed]) -> type[Reviewed]:
    KINDS[kind.model] = kind()
    return kind


def find_kind(row: Any) -> Reviewed | None:
    return KINDS.get(type(row))


# Whether what belongs to this scope earns credit, so that the CME office checks it.
ACCREDITED: list[Callable[[Scope], bool]] = []


class Waiting(NamedTuple):
    """What waits for a reviewer on another screen."""

    title: str
    address: str
    told: str
    since: datetime


# What else waits for this person's decision, such as truths of studies.
WAITS_ELSEWHERE: list[Callable[[User], Iterable[Waiting]]] = []

# The scopes whose steps can be set.
SCOPES: list[Callable[[], Iterable[Scope]]] = []
