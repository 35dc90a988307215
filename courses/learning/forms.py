import re

from django import forms
from django.utils.translation import gettext_lazy as _

# One report covers fifteen seconds, or what was played offline: nobody seeks more often than this.
MOST_RUNS = 300
# A week of video.
LAST_SECOND = 604_800
RUN = re.compile(r"(\d{1,6})-(\d{1,6})")


class RunsField(forms.CharField):
    """Runs of seconds that were played, such as “0-12,40-55”: each from a second up to, and without, another."""

    default_error_messages = {"runs": _("These are not runs of seconds, such as 0-12,40-55.")}

    def clean(self, value: str) -> list[tuple[int, int]]:
        parts = [part for part in super().clean(value).split(",") if part]
        found = [RUN.fullmatch(part) for part in parts]
        runs = [(int(match[1]), int(match[2])) for match in found if match]
        if len(runs) != len(parts) or any(start >= end for start, end in runs):
            raise forms.ValidationError(self.error_messages["runs"], code="runs")
        return runs


class ProgressForm(forms.Form):
    """Where the reader is and, if a video is on the page, what was played of it since the report before.

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
