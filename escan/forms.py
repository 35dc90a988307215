import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import EMAIL, NameField
from courses.scoring import NoSuchChoice, NotANumber, read_number
from courses.search.finding import GROUPS
from escan.models import Topic

LONGEST_MESSAGE = 5000
LONGEST_QUESTION = 200
LONGEST_NUMBER = 40
INDEX = re.compile(r"[0-9]{1,2}")


# One report covers fifteen seconds, or what was played offline: nobody seeks more often than this.
MOST_RUNS = 300
# A week of film.
LAST_SECOND = 604_800
RUN = re.compile(r"(\d{1,6})-(\d{1,6})")


class RunsField(forms.CharField):
    """Runs of seconds that were played, such as “0-12,40-55”: each from a second up to, and without, another."""

    default_error_messages = {"runs": _("These are no runs of seconds, such as 0-12,40-55.")}

    def clean(self, value: str) -> list[tuple[int, int]]:
        parts = [part for part in super().clean(value).split(",") if part]
        found = [RUN.fullmatch(part) for part in parts]
        runs = [(int(match[1]), int(match[2])) for match in found if match]
        if len(runs) != len(parts) or any(start >= end for start, end in runs):
            raise forms.ValidationError(self.error_messages["runs"], code="runs")
        return runs


class ProgressForm(forms.Form):
    """Where the reader is and, if a film is on the page, what was played of it since the report before.

    What was played on another page comes without a place.
    """

    block = forms.UUIDField(required=False)
    video = forms.IntegerField(required=False, min_value=1, max_value=2**53)
    batch = forms.UUIDField(required=False)
    runs = RunsField(required=False, max_length=14 * MOST_RUNS)
    position = forms.IntegerField(required=False, min_value=0, max_value=LAST_SECOND)

    def clean(self) -> None:
        given = self.cleaned_data
        if not given.get("block") and not given.get("video") and not self.errors:
            self.add_error("block", _("A report names the place in the text, or a video."))
        if given.get("video") and not given.get("batch") and "batch" not in self.errors:
            self.add_error("batch", _("A report on a video needs an id."))
        if not given.get("video") and (given.get("runs") or given.get("position") is not None):
            self.add_error("video", _("A report of what was watched names its video."))


class PlaceForm(forms.Form):
    """Which question of an attempt is wanted."""

    q = forms.IntegerField(min_value=1, max_value=999)


class DeviceForm(forms.Form):
    """What a script sends with an answer, so that an older one that arrives late changes nothing."""

    device = forms.UUIDField(required=False)
    number = forms.IntegerField(min_value=0, max_value=2**53, required=False)


class UnsureForm(forms.Form):
    """Beside an answer: whether the learner is sure of it."""

    unsure = forms.BooleanField(required=False)


class CheckForm(UnsureForm):
    revision = forms.IntegerField(min_value=1, max_value=2**53)


class ReviewForm(CheckForm):
    """Which asking is answered: of which card, and its how manieth."""

    card = forms.IntegerField(min_value=1, max_value=2**53)
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class MoreForm(forms.Form):
    """Whether more than today's share is wanted."""

    more = forms.BooleanField(required=False)


class ChoiceForm(forms.Form):
    choice = forms.IntegerField(min_value=0, max_value=99)

    @property
    def answer(self) -> int:
        return int(self.cleaned_data["choice"])


class ChoicesForm(forms.Form):
    choice = forms.TypedMultipleChoiceField(choices=[(str(index), "") for index in range(100)], coerce=int)

    @property
    def answer(self) -> list[int]:
        return sorted(set(self.cleaned_data["choice"]))


class NumberForm(forms.Form):
    value = forms.CharField(max_length=LONGEST_NUMBER)

    @property
    def answer(self) -> str:
        return read_number(self.cleaned_data["value"])


class MarkForm(forms.Form):
    """A place in percent of the picture."""

    x = forms.DecimalField(min_value=0, max_value=100, max_digits=20)
    y = forms.DecimalField(min_value=0, max_value=100, max_digits=20)

    @property
    def answer(self) -> list[float]:
        return [round(float(self.cleaned_data[name]), 2) for name in ("x", "y")]


ANSWER_FORMS: dict[str, type[ChoiceForm | ChoicesForm | NumberForm | MarkForm]] = {
    "single": ChoiceForm,
    "multiple": ChoicesForm,
    "numeric": NumberForm,
    "place": MarkForm,
}


def is_left_open(kind: str, data: QueryDict, prefix: str = "") -> bool:
    """Nothing was given. A radio button cannot be emptied, so an empty one is no answer but a mistake."""
    names = [f"{prefix}-{name}" if prefix else name for name in ANSWER_FORMS[kind].base_fields]
    return all(name not in data or (kind != "single" and not str(data[name]).strip()) for name in names)


def read_answer(kind: str, data: QueryDict, prefix: str = "") -> Any:
    """The answer as courses.scoring has it. Raises NoSuchChoice or NotANumber."""
    form = ANSWER_FORMS[kind](data, prefix=prefix or None)
    if not form.is_valid():
        raise NotANumber if kind == "numeric" else NoSuchChoice
    return form.answer


def get_given(kind: str, data: QueryDict) -> Any:
    """What stood in the fields of an answer that was refused, for `describe` to show it again."""
    if kind == "numeric":
        return data.get("value", "")[:LONGEST_NUMBER]
    if kind == "place":
        form = MarkForm(data)
        form.full_clean()
        return [form.cleaned_data.get(name, "") for name in ("x", "y")]
    return [int(index) for index in data.getlist("choice") if INDEX.fullmatch(index)]


class QuestionField(forms.CharField):
    """Takes any text: what no question can hold is left out, and what is too long is cut."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\x00", " ").strip()[:LONGEST_QUESTION]


class SearchForm(forms.Form):
    q = QuestionField(
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "enterkeyhint": "search", "dir": "auto", "maxlength": LONGEST_QUESTION}
        ),
    )
    course = forms.ChoiceField(required=False)
    group = forms.ChoiceField(required=False, choices=[("", ""), *GROUPS.items()])
    page = forms.IntegerField(required=False, min_value=1, max_value=500)

    def __init__(self, *args: Any, courses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [("", _("All courses")), *courses]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What does not fit is as if it had not been given: nothing that is asked is an error."""
        self.full_clean()
        given = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "group": given.get("group", ""),
            "course": given.get("course", ""),
            "page": given.get("page") or 1,
        }


class ContactForm(forms.Form):
    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose…")), *Topic.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose one from the list.")),
    )
    name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Where our answer goes."),
        widget=forms.EmailInput(attrs={**EMAIL, "autocomplete": "email"}),
        error_messages={"required": _("Please give an address, so that we can answer.")},
    )
    message = forms.CharField(
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Please send no data of patients. For a refund, the address that you paid with is enough."),
        error_messages={"required": _("Please write what we can do for you.")},
    )
    # The page hides it from people, and programs fill in whatever they find.
    website = forms.CharField(required=False)

    def visible_fields(self) -> list[forms.BoundField]:
        return [field for field in super().visible_fields() if field.name != "website"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            self.add_error(None, _("A field that people do not see was filled in. Please send your message once more."))
        return ""

    @property
    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("topic", "name", "email", "message")}


class DeletionForm(forms.Form):
    """The address, typed: nobody deletes an account by a slip of the hand."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={**EMAIL, "autocomplete": "off"}),
        error_messages={"required": _("Type your address to confirm."), "invalid": _("This is not your address.")},
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email.lower() != self.address.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return email
