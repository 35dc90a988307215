"""What every kind of question says of itself, and the registry of the kinds.

A question is frozen into `Content` when it is asked, and an answer to it is kept as JSON. What an answer is, each kind
says in its module.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Protocol

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel, PanelGroup

from courses.assessment.errors import NoSuchChoice, NothingGiven, NotUnderstood
from courses.assessment.formats.neutral import Body

Content = dict[str, Any]


class Written(Protocol):
    """A question as its author wrote it. The model itself stands above the kinds, and has the fields of all of them."""

    @property
    def pk(self) -> Any: ...
    @property
    def kind(self) -> str: ...
    @property
    def stem(self) -> str: ...
    @property
    def references(self) -> str: ...
    @property
    def rationale(self) -> str: ...
    @property
    def objective(self) -> Any: ...
    @property
    def choices(self) -> Any: ...
    @property
    def value(self) -> Any: ...
    @property
    def tolerance(self) -> Any: ...
    @property
    def unit(self) -> str: ...
    @property
    def image(self) -> Any: ...
    @property
    def image_alt(self) -> str: ...
    @property
    def image_facts(self) -> Any: ...
    @property
    def regions(self) -> Any: ...


@dataclass(frozen=True)
class Entry:
    """What a file says of a question, as `courses.writing.services.draft_question` takes it."""

    fields: dict[str, Any] = field(default_factory=dict)
    choices: Sequence[dict[str, Any]] = ()
    regions: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page shows of a question. Unless `is_told`, nothing in it depends on what is right."""

    kind: str
    stem: str
    template: str
    field: str
    answer: Any
    is_told: bool
    question: int | None = None
    image: dict[str, Any] | None = None
    """Its id, width and height, the text for who cannot see it, and the length of its scale bar."""
    outlines: Sequence[str] = ()
    """Once told: the corners of each finding in the picture, in its pixels, as a drawing takes them."""
    is_right: bool = False
    rationale: str = ""
    references: Sequence[str] = ()


class AnswerForm(forms.Form):
    """The fields of an answer, as a browser sends them."""

    @property
    def answer(self) -> Any:
        """As it is kept. Raises NoSuchChoice."""
        raise NotImplementedError


class Kind(ABC):
    name: ClassVar[str]
    """In the database, in files, in the classes of the studio's panels, and of the template."""
    label: ClassVar[str | Promise]
    form: ClassVar[type[AnswerForm]]
    asked: ClassVar[type[Asked]] = Asked
    refusal: ClassVar[type[NoSuchChoice]] = NoSuchChoice
    """What is raised for an answer that is none."""
    request: ClassVar[str | Promise]
    """What is told where nothing was given."""
    can_be_emptied: ClassVar[bool] = False
    """Whether an answer can be taken back: a box can be unticked, while a mark only gives way to another."""
    blank_is_open: ClassVar[bool] = True
    """Whether fields that were sent empty are no answer yet, and no mistake."""
    entry_fields: ClassVar[Sequence[str]] = ()
    """What a question in a file of content has for this kind alone."""
    panels: ClassVar[Sequence[Panel]] = ()
    """Of the studio. Kinds may share one."""

    @property
    def template(self) -> str:
        return f"courses/assessment/questions/_{self.name}.html"

    # --- Writing ------------------------------------------------------------------------------------

    def read_entry(self, entry: Mapping[str, Any]) -> Entry:
        """What a question in a file of content has for this kind alone; what a draft may lack may lack here, too.

        Raises KeyError for a part without which nothing can be read.
        """
        return Entry()

    def write_entry(self, question: Written) -> dict[str, Any]:
        """The same the other way, by the names of `entry_fields`."""
        return {}

    def take_in(self, body: Body) -> Entry | None:
        """What a question of another system has for this kind alone; None where it is not of this kind."""
        return None

    def write_out(self, question: Written) -> Body:
        """The same the other way. Raises NotUnderstood, with why other systems cannot be told."""
        raise NotUnderstood(gettext("Other systems have no such kind of question."))

    @cached_property
    def names(self) -> frozenset[str]:
        """Of the fields and rows in the panels. With another kind they are hidden, and what was in them goes."""
        return frozenset(name for panel in self.panels for name in find_names(panel))

    def find_missing(self, question: Written) -> dict[str, str]:
        """What it cannot be marked without, by the name of the field or of the rows."""
        return {}

    def find_unexplained(self, question: Written) -> dict[str, str]:
        """What has no reason yet, likewise."""
        if question.rationale.strip():
            return {}
        return {"rationale": gettext("Explain the answer in a sentence or two that teach.")}

    # --- Asking -------------------------------------------------------------------------------------

    @abstractmethod
    def freeze(self, question: Written, rng: Random | None) -> Content:
        """What this kind alone needs to ask, mark and explain. With `rng` the choices are shuffled."""

    @abstractmethod
    def ask(self, content: Content, answer: Any) -> dict[str, Any]:
        """The fields of `asked` that this kind adds. Nothing in them depends on what is right."""

    @abstractmethod
    def tell(self, content: Content, answer: Any) -> dict[str, Any]:
        """The same with what is right."""

    # --- Answering ----------------------------------------------------------------------------------

    def is_left_open(self, data: QueryDict, prefix: str = "") -> bool:
        """Nothing was given, and it is no mistake."""
        names = self._name_fields(prefix)
        return all(name not in data or (self.blank_is_open and not str(data[name]).strip()) for name in names)

    def _name_fields(self, prefix: str) -> list[str]:
        return [f"{prefix}-{name}" if prefix else name for name in self.form.base_fields]

    def read_answer(self, data: QueryDict, prefix: str = "") -> Any:
        """The answer as it is kept. Raises NothingGiven, and NoSuchChoice for what is no answer."""
        if not any(value.strip() for name in self._name_fields(prefix) for value in data.getlist(name)):
            raise NothingGiven(str(self.request))
        form = self.form(data, prefix=prefix or None)
        if not form.is_valid():
            raise self.refusal
        return form.answer

    @abstractmethod
    def get_given(self, data: QueryDict) -> Any:
        """What stood in the fields of an answer that was refused, for `ask` to show it again."""

    # --- Marking again ------------------------------------------------------------------------------

    def mend(self, content: Content, newer: Content) -> Content | None:
        """What was asked, marked and explained as the newer version says; None where that asks something else.

        Both are of this kind and ask in the same words about the same picture.
        """
        return None

    def get_key(self, content: Content) -> Any:
        """What decides which answers are right."""
        return None

    # --- Marking ------------------------------------------------------------------------------------

    @abstractmethod
    def is_answer(self, content: Content, answer: object) -> bool:
        """Whether the question offers this."""

    @abstractmethod
    def is_right(self, content: Content, answer: Any) -> bool:
        """Of what `is_answer`."""

    @abstractmethod
    def get_right_answer(self, content: Content) -> Any:
        """An answer that is right. For tests and for those who may know it."""


def find_names(panel: Panel) -> Iterator[str]:
    if isinstance(panel, PanelGroup):
        for child in panel.children:
            yield from find_names(child)
    elif isinstance(panel, FieldPanel):
        yield panel.field_name
    elif isinstance(panel, InlinePanel):
        yield panel.relation_name


KINDS: dict[str, Kind] = {}
"""By name; `courses.assessment.kinds` fills it."""

DEFAULT = "single"
"""What an author begins with. What was frozen before there were kinds is of this one, too."""


def get_kind(name: str) -> Kind:
    return KINDS[name]


def get_kind_of(content: Content) -> Kind:
    return get_kind(str(content.get("kind", DEFAULT)))
