"""What is wrong with what people write: one rule for each thing, asked by one function at every door (decision 71).

Rules stand in the folder or module `faults` of each app, which is found by its name. A rule is asked about what a row
says (`READERS` reads it of a row), and yields what it found, in sentences that say what to do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.urls import reverse
from wagtail.models import Page

Model_ = type[Model]


@dataclass(frozen=True)
class Place:
    """The row in which something is mended."""

    model: Model_
    pk: int | None
    title: str

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def kind(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def address(self) -> str:
        """Of its editor; empty for what was never saved."""
        return get_editor(self.model, self.pk)


def get_editor(model: Model_, pk: int | None) -> str:
    if pk is None:
        return ""
    name = "wagtailadmin_pages" if issubclass(model, Page) else f"wagtailsnippets_{model._meta.label_lower}"
    return _find_editor(name.replace(".", "_"), pk)


@lru_cache(maxsize=4096)
def _find_editor(name: str, pk: int) -> str:
    return reverse(f"{name}:edit", args=[pk])


@dataclass(frozen=True)
class Found:
    """What a rule yields."""

    told: str
    field: str = ""
    """Of the form, or the name of its rows; empty: of the whole."""
    block: str = ""
    """The id of a block in the field."""
    place: Place | None = None
    """Where it is mended, if not in the row that was asked about."""


@dataclass(frozen=True)
class Rule:
    code: str
    about: str
    """One sentence."""
    find: Callable[[Any], Iterable[Found]]
    stops: bool
    """Whether publishing waits for it. Otherwise it is advice."""
    is_watched: bool
    """Whether it comes to be true of what is live without anybody writing there: the night looks for it."""
    is_of_others: bool
    """Whether the text would be right, had nobody taken off what it leads to."""


@dataclass(frozen=True)
class Fault:
    rule: Rule
    told: str
    place: Place
    field: str = ""
    block: str = ""
    at: Place | None = None
    """The row that was asked about: it may be mended in another."""
    course: int | None = None
    """To which it belongs, if to any."""

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def stops(self) -> bool:
        return self.rule.stops

    @property
    def severity(self) -> str:
        return "stops" if self.stops else "advice"

    @property
    def anchor(self) -> str:
        """Within the editor: as Wagtail's own lists lead to a field or a block."""
        return make_anchor(self.field, self.block)

    @cached_property
    def address(self) -> str:
        return self.place.address + self.anchor if self.place.address else ""


# Wagtail's editor has rows of a row in elements of this name, and fields and blocks by their path.
ROWS = {"choices", "regions", "faculty", "related"}


def make_anchor(field: str, block: str = "") -> str:
    if not field:
        return ""
    if field in ROWS:
        return f"#id_{field}-FORMS"
    return "#:w:contentpath=" + ".".join(filter(None, (field, block)))


BODY = "body"
"""The name of every field of blocks."""
READERS: dict[Model_, Callable[[Any], Any]] = {}
"""Of a model: what its rules are asked about, read of a row as it stands. It has the row's `place`."""
RULES: defaultdict[Model_, list[Rule]] = defaultdict(list)
CODES: dict[str, Rule] = {}


def rule(
    code: str, *models: Model_, stops: bool = False, is_watched: bool | None = None, is_of_others: bool = False
) -> Callable[[Callable[[Any], Iterable[Found]]], Rule]:
    """Makes a rule of a function that yields what it found; its docstring begins with what ought to be so.

    What stops is watched, too, unless told otherwise.
    """

    def make(find: Callable[[Any], Iterable[Found]]) -> Rule:
        about = " ".join((find.__doc__ or "").partition("\n\n")[0].split())
        made = Rule(code, about, find, stops, stops if is_watched is None else is_watched, is_of_others)
        if code in CODES or not about:
            raise ValueError(code)
        CODES[code] = made
        for model in models:
            RULES[model].append(made)
        return made

    return make


def ask(model: Model_, subject: Any, rules: Iterable[Rule] | None = None) -> list[Fault]:
    """Each fault once, those that stop publishing first."""
    asked = RULES[model] if rules is None else rules
    faults = [
        Fault(
            each,
            found.told,
            found.place or subject.place,
            found.field,
            found.block,
            subject.place,
            getattr(subject, "course", None),
        )
        for each in asked
        for found in each.find(subject)
    ]
    return sorted(dict.fromkeys(faults), key=lambda fault: not fault.stops)


def check(row: Model) -> list[Fault]:
    """What is wrong with this row as it stands: a draft that was read from its version, or what a form was sent."""
    model = type(row)
    return ask(model, READERS[model](row)) if model in READERS else []


def find_stopping(row: Model) -> list[Fault]:
    return [fault for fault in check(row) if fault.stops]


def tell_each(faults: Iterable[Fault]) -> list[str]:
    """Each sentence once."""
    return list(dict.fromkeys(fault.told for fault in faults))


def refuse(faults: Iterable[Fault]) -> None:
    """Raises ValidationError, by fields. An editor of blocks shows no error of its own: those stand above all."""
    errors: defaultdict[str, list[ValidationError]] = defaultdict(list)
    for told, fault in {(fault.told, fault.field): fault for fault in faults}.items():
        field = NON_FIELD_ERRORS if fault.field in ("", BODY) else fault.field
        errors[field].append(ValidationError(told[0], code=fault.code))
    if errors:
        raise ValidationError(dict(errors))


def is_of_others(refused: ValidationError) -> bool:
    """Whether all that keeps it from being published comes from what somebody took off."""
    errors: Iterator[Any] = iter(ValidationError([refused]).error_list)
    return all(told.code in CODES and CODES[told.code].is_of_others for told in errors)
