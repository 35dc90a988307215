"""An opinion as a form: without a script outlines are numbers or words, and with one the viewer writes them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imaging.reading.models import Category
from imaging.reading.places import Depth, Place, make_zone
from imaging.reading.words import list_distributions, list_morphologies
from imaging.studies.models import View
from imaging.truths.drafts import MOST_FINDINGS, MOST_LETTERS, Draft, DraftCategory, DraftFinding, DraftRegion
from imaging.truths.queries import Expert, Thing

YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]
NO_WORD = ("", _("Choose"))


def _choices(list_words: Any) -> Any:
    return lambda: [NO_WORD, *((word.key, word.name) for word in list_words())]


class YesOrNo(forms.TypedChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=YES_OR_NO,
            coerce=lambda given: given == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            required=False,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class FindingForm(forms.Form):
    morphology = forms.ChoiceField(label=_("Form"), choices=_choices(list_morphologies), required=False)
    distribution = forms.ChoiceField(label=_("Distribution"), choices=_choices(list_distributions), required=False)
    warrants_recall = YesOrNo(label=_("Does it warrant recall?"))
    reason = forms.CharField(
        label=_("Why: for the reader, after the lock"),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    next_time = forms.CharField(
        label=_("What to look for next time"),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_gone = forms.BooleanField(label=_("Remove this finding"), required=False)
    words_view = forms.ChoiceField(label=_("View"), required=False)
    words_place = forms.ChoiceField(label=_("Place"), choices=[NO_WORD, *Place.choices], required=False)
    words_depth = forms.ChoiceField(label=_("Depth"), choices=[NO_WORD, *Depth.choices], required=False)
    words_mm = forms.FloatField(label=_("Diameter in mm"), min_value=1, max_value=200, required=False)

    def __init__(self, *args: Any, views: Iterable[View], **options: Any) -> None:
        super().__init__(*args, **options)
        self.views = list(views)
        choices = [NO_WORD, *((view.key, view.label) for view in self.views)]
        self.fields["words_view"] = forms.ChoiceField(label=_("View"), choices=choices, required=False)
        for view in self.views:
            self.fields[f"shape_{view.key}"] = forms.CharField(
                label=view.label,
                max_length=6000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 1, "spellcheck": "false", "data-shape": view.key}),
            )
            self.fields[f"visible_{view.key}"] = forms.BooleanField(label=_("To be seen"), required=False, initial=True)

    @property
    def regions(self) -> Iterator[tuple[View, forms.BoundField, forms.BoundField]]:
        for view in self.views:
            yield view, self[f"shape_{view.key}"], self[f"visible_{view.key}"]

    @property
    def in_words(self) -> list[forms.BoundField]:
        return [self[name] for name in ("words_view", "words_place", "words_depth", "words_mm")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        words = [given.get(name) for name in ("words_view", "words_place", "words_depth", "words_mm")]
        if any(words) and not all(words):
            raise forms.ValidationError(gettext("An outline in words needs view, place, depth and diameter."))
        return given

    @property
    def is_empty(self) -> bool:
        """The row for one more finding, left as it was."""
        given = self.cleaned_data
        named = [name for name in given if not name.startswith("visible_")]
        return not any(given[name] not in ("", None, False) for name in named)

    def read(self) -> DraftFinding:
        given = self.cleaned_data
        shapes = {view.key: " ".join(given[f"shape_{view.key}"].split()) for view in self.views}
        if given["words_view"]:
            view = next(view for view in self.views if view.key == given["words_view"])
            shapes[view.key] = draw_in_words(view, given["words_place"], given["words_depth"], given["words_mm"])
        return DraftFinding(
            morphology=given["morphology"],
            distribution=given["distribution"],
            warrants_recall=given["warrants_recall"],
            reason=given["reason"].strip(),
            next_time=given["next_time"].strip(),
            regions=tuple(DraftRegion(key, shape, given[f"visible_{key}"]) for key, shape in shapes.items() if shape),
        )


def draw_in_words(view: View, place: str, depth: str, mm: float) -> str:
    """A circle in the middle of what the words mean there (imaging.reading.places)."""
    x, y = make_zone(view, place, depth).middle
    radius = mm / view.mm_per_pixel / 2
    return f"ellipse {x:.1f},{y:.1f} {radius:.1f},{radius:.1f}"


def initial_of(finding: DraftFinding, views: Iterable[View]) -> dict[str, Any]:
    drawn = {region.view: region for region in finding.regions}
    return {
        "morphology": finding.morphology,
        "distribution": finding.distribution,
        "warrants_recall": finding.warrants_recall,
        "reason": finding.reason,
        "next_time": finding.next_time,
        **{f"shape_{view.key}": drawn[view.key].shape for view in views if view.key in drawn},
        **{f"visible_{view.key}": view.key not in drawn or drawn[view.key].is_visible for view in views},
    }


class CaseForm(forms.Form):
    """What is said of the study as a whole."""

    recall = YesOrNo(label=_("Does the study warrant recall?"))
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=0, max_value=MOST_FINDINGS + 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for key, label in Category.choices:
            self.fields[f"category_{key}"] = forms.BooleanField(label=label, required=False)
            self.fields[f"because_{key}"] = forms.CharField(
                label=_("Why"), max_length=MOST_LETTERS, required=False, widget=forms.Textarea(attrs={"rows": 1})
            )

    @property
    def categories(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for key in Category.values:
            yield self[f"category_{key}"], self[f"because_{key}"]

    def read(self) -> tuple[DraftCategory, ...]:
        given = self.cleaned_data
        return tuple(
            DraftCategory(key, given[f"because_{key}"].strip()) for key in Category.values if given[f"category_{key}"]
        )


@dataclass(frozen=True)
class OpinionForm:
    """All of a page."""

    case: CaseForm
    findings: list[FindingForm]
    blank: FindingForm
    """What the script copies for one more finding."""

    @property
    def is_valid(self) -> bool:
        """Every part is asked, so that everything wrong is told at once."""
        faulty = [form for form in (self.case, *self.findings) if not form.is_valid()]
        return not faulty

    @property
    def seen(self) -> int:
        return int(self.case.cleaned_data["seen"])

    def read(self) -> Draft:
        findings = [form.read() for form in self.findings if not form.cleaned_data["is_gone"] and not form.is_empty]
        return Draft(tuple(findings), self.case.cleaned_data["recall"], self.case.read())

    @property
    def errors(self) -> list[str]:
        forms_: list[tuple[str, forms.Form]] = [(gettext("The study"), self.case)]
        forms_ += [(gettext("Finding {number}").format(number=n), form) for n, form in enumerate(self.findings, 1)]
        return [
            f"{about}, {form.fields[name].label}: {error}" if name in form.fields else f"{about}: {error}"
            for about, form in forms_
            for name, errors in form.errors.items()
            for error in errors
        ]


def make_form(draft: Draft, *, seen: int, views: list[View]) -> OpinionForm:
    """Of what is kept, with a row for one more finding."""
    given = {each.category: each.reason for each in draft.categories}
    initial = {
        "recall": draft.recall,
        "seen": seen,
        "count": len(draft.findings) + 1,
        **{f"category_{key}": True for key in given},
        **{f"because_{key}": reason for key, reason in given.items()},
    }
    drafts = [*draft.findings, DraftFinding()]
    findings = [
        FindingForm(prefix=f"f{number}", initial=initial_of(each, views), views=views)
        for number, each in enumerate(drafts)
    ]
    return OpinionForm(CaseForm(initial=initial), findings, _blank(views))


def read_form(sent: QueryDict | Mapping[str, Any], *, views: list[View]) -> OpinionForm:
    """Of what was sent; without a readable number of findings, none is read and the form says so."""
    case = CaseForm(sent)
    count = case.cleaned_data["count"] if case.is_valid() else 0
    findings = [FindingForm(sent, prefix=f"f{number}", views=views) for number in range(count)]
    return OpinionForm(case, findings, _blank(views))


def _blank(views: list[View]) -> FindingForm:
    return FindingForm(prefix="f__number__", views=views)


class ConsensusForm(forms.Form):
    """Whose outline and words of each thing are taken, and whose answer for the study. It can be changed afterwards."""

    def __init__(self, *args: Any, experts: list[Expert], things: list[Thing], **options: Any) -> None:
        super().__init__(*args, **options)
        self.experts, self.things = experts, things
        for thing in things:
            choices = [
                (expert.letter, f"{expert.letter}, {expert.name}: {finding.side}, {finding.name}")
                for expert, finding in thing.found
            ]
            # What one expert alone saw is not taken unless somebody decides so.
            is_shared = len(thing.found) * 2 > len(experts)
            self.fields[f"thing_{thing.number}"] = forms.ChoiceField(
                label=gettext("Finding {number}").format(number=thing.number),
                choices=[*choices, ("none", _("Leave it out"))],
                initial=choices[0][0] if is_shared else "none",
                widget=forms.RadioSelect,
            )
        self.fields["case"] = forms.ChoiceField(
            label=_("Recall and categories"),
            choices=[(each.letter, f"{each.letter}, {each.name}: {tell_case(each.draft)}") for each in experts],
            initial=experts[0].letter if experts else None,
            widget=forms.RadioSelect,
        )

    def read(self) -> Draft:
        given = self.cleaned_data
        case = next(expert.draft for expert in self.experts if expert.letter == given["case"])
        findings = [thing.said_by(given[f"thing_{thing.number}"]) for thing in self.things]
        return Draft(tuple(each for each in findings if each), case.recall, case.categories)


def tell_case(draft: Draft) -> str:
    recall = gettext("recall") if draft.recall else gettext("no recall")
    return f"{recall}; {', '.join(each.category for each in draft.categories)}"
