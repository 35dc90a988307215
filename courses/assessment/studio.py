"""The form of a question in the studio."""

from typing import Any, cast

from django import forms
from django.forms import Script
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel

from core.studio import PublishableForm
from courses.assessment.kinds import KINDS, get_kind
from courses.assessment.kinds.rows import KindFormSet
from courses.assessment.models.questions import Question, QuestionUse
from courses.assessment.services.imports import make_key


class QuestionForm(PublishableForm):
    """The script shows the fields and rows of the chosen kind. What stands in those of other kinds goes unseen, so it
    does not refuse the form. What the draft has of it goes when its author has ticked that it may; a draft that keeps
    itself keeps it.
    """

    drops = forms.BooleanField(label=_("Take out what this kind does not use"), required=False)
    keeps_itself = False
    """Nobody has pressed anything: nobody can be asked."""

    class Media:
        js = [Script("js/studio-question.js", type="module")]
        css = {"all": ["css/studio-question.css"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hidden = find_hidden(self.instance, self.data.get(self.add_prefix("kind"), "")) if self.is_bound else []
        if self.hidden:
            self.fields["drops"].help_text = "; ".join(self.hidden)
        else:
            del self.fields["drops"]
        for formset in self.formsets.values():
            formset.instance = self.instance
        self.fields["key"].required = False
        self.fields["key"].help_text = _("A short name that stays. Left empty: the first words of the stem.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "kind" in cleaned:
            nothing = Question()
            keeps = bool(self.hidden) and not cleaned.get("drops")
            for name in self._get_names_of_others(cleaned["kind"]):
                self.errors.pop(name, None)
                cleaned[name] = getattr(self.instance if keeps else nothing, name)
            for formset in cast(dict[str, KindFormSet], self.formsets).values():
                formset.keeps_hidden = keeps
            if keeps and not self.keeps_itself:
                self.add_error("drops", tell_hidden(self.hidden))
        if "image" in self.changed_data:
            # What was known of the picture before is not true of this one, nor do its others show the same.
            self.instance.image_facts, self.instance.fresh_pictures = None, []
        if (cleaned.get("use") == QuestionUse.WORDS) != bool(cleaned.get("stands_for")):
            self.add_error("stands_for", _("A question in words names the one it replaces, and no other does."))
        if cleaned.get("tolerance") is None:
            cleaned["tolerance"] = 0
        if "key" not in self.errors and not cleaned.get("key"):
            cleaned["key"] = self._make_key(cleaned)
        return cleaned

    def _make_key(self, cleaned: dict[str, Any]) -> str:
        """From the first words of the stem, which go on while it is a draft."""
        if self.instance.pk and self.instance.live:
            return str(self.instance.key)
        taken = set(Question.objects.exclude(pk=self.instance.pk).values_list("key", flat=True))
        words = Truncator(strip_tags(cleaned.get("stem") or "")).words(8, truncate="")
        course = cleaned.get("course")
        return make_key(words, course.slug if course else "new", taken)

    def _get_names_of_others(self, name: str) -> set[str]:
        names = {name for kind in KINDS.values() for name in kind.names}
        return (names - get_kind(name).names) & set(self.fields)


def find_hidden(question: Question, name: str) -> list[str]:
    """What the saved draft has that this kind does not use, each in words."""
    if question.pk is None or name not in KINDS:
        return []
    nothing, found = Question(), []
    for hidden in sorted({each for kind in KINDS.values() for each in kind.names} - get_kind(name).names):
        field: Any = Question._meta.get_field(hidden)
        value = getattr(question, hidden)
        if field.one_to_many and value.count():
            found.append(f"{field.related_model._meta.verbose_name_plural}: {value.count()}")
        elif not field.one_to_many and value != getattr(nothing, hidden):
            found.append(f"{field.verbose_name}: {value}")
    return found


def tell_hidden(hidden: list[str]) -> str:
    told = gettext(
        "This kind does not use what is written here ({what}). Tick this to take it out, or choose the kind of before."
    )
    return told.format(what="; ".join(hidden))


def get_panels_of_kinds() -> list[Panel]:
    """Each kind's, with the class by which the script knows which kinds a panel belongs to."""
    kinds: dict[Panel, list[str]] = {}
    for kind in KINDS.values():
        for panel in kind.panels:
            kinds.setdefault(panel, []).append(kind.name)
    return [only_for(panel, names) for panel, names in kinds.items()]


def only_for(panel: Panel, kinds: list[str]) -> Panel:
    shown = panel.clone()
    shown.classname = " ".join(["only-for", *(f"only-for-{kind}" for kind in kinds)])
    return shown


QUESTION_PANELS = [
    FieldRowPanel([FieldPanel("kind"), FieldPanel("use")]),
    FieldPanel("drops"),
    FieldPanel("stands_for"),
    FieldPanel("stem"),
    MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], _("The picture")),
    *get_panels_of_kinds(),
    MultiFieldPanel([FieldPanel("rationale"), FieldPanel("references")], _("Afterwards")),
    MultiFieldPanel(
        [FieldPanel("course"), FieldPanel("objective"), FieldPanel("lesson"), FieldPanel("key")],
        _("Place in the course"),
    ),
]
