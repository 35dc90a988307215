"""Blocks that show views to be looked at: a picture with its scale, and the outline of what is to be seen in it."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.writing.blocks import InlineTextBlock, PictureBlock, refuse
from imaging.studies.models import Study, StudyPurpose

NUMBER = r"\d{1,3}(?:\.\d+)?"
POINT = rf"{NUMBER},{NUMBER}"
# Three points at least make an outline, and there may be several.
OUTLINES = re.compile(rf"{POINT}(?: {POINT}){{2,}}(?:; ?{POINT}(?: {POINT}){{2,}})*")
# Lengths of the bar in mm; the longest that is at most a third of the picture's width is drawn.
BARS = (50, 20, 10, 5, 2, 1)


def find_faults_of_outline(outline: str) -> dict[str, str]:
    """What is wrong with the words of an outline, by the name of the field."""
    if not outline:
        return {}
    if not OUTLINES.fullmatch(outline):
        return {"outline": gettext("Write points as x,y with spaces between, three at least: 10,20 30,20 30,40.")}
    if any(float(number) > 100 for number in re.findall(NUMBER, outline)):
        return {"outline": gettext("A point is outside of the picture: numbers are percent, from 0 to 100.")}
    return {}


class ViewValue(blocks.StructValue):
    @property
    def outlines(self) -> list[str]:
        """The points of each, in percent of the picture's width and height."""
        outline: str = self["outline"] or ""
        return [part.strip() for part in outline.split(";") if part.strip()]

    @property
    def bar_mm(self) -> int:
        width = float(self["width_mm"] or 0)
        return next((length for length in BARS if length * 3 <= width), 0)

    @property
    def bar_end(self) -> float:
        """Where the bar ends that begins at 5, in percent of the picture's width."""
        return round(5 + 100 * self.bar_mm / float(self["width_mm"]), 2) if self.bar_mm else 0


class ViewPanelBlock(blocks.StructBlock):
    image = PictureBlock(
        help_text=_("The alternative text tells the look (how many, how large, where), and not what it is called.")
    )
    label = blocks.CharBlock(required=False, max_length=60, help_text=_("What it is, in a word or two."))
    text = blocks.CharBlock(required=False, max_length=200, help_text=_("One sentence on what to look at."))
    width_mm = blocks.DecimalBlock(
        min_value=1, max_value=400, label=_("Width in mm"), help_text=_("How many millimeters of the breast it shows.")
    )
    outline = blocks.CharBlock(
        required=False,
        max_length=4000,
        help_text=_("Around what is to be seen: points x,y in percent of the picture, with spaces between."),
    )

    def clean(self, value: Any) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            refuse(find_faults_of_outline(cleaned["outline"]))
        return cleaned

    class Meta:
        icon = "image"
        label = _("View")
        label_format = "View: {label}"
        value_class = ViewValue


class ViewsValue(blocks.StructValue):
    @property
    def has_outlines(self) -> bool:
        return any(panel.outlines for panel in self["panels"])


class ViewsBlock(blocks.StructBlock):
    """What both blocks have: views, whether they were made by a program, and where they come from."""

    is_synthetic = blocks.BooleanBlock(
        required=False, default=True, label=_("synthetic"), help_text=_("Made by a program, and not of a patient.")
    )

    class Meta:
        value_class = ViewsValue


class ViewBlock(ViewsBlock):
    """One view, or the views that belong together, with an outline that readers show when they have looked."""

    panels = blocks.ListBlock(ViewPanelBlock(), min_num=1, max_num=6, label=_("Views"))
    caption = InlineTextBlock()
    source = InlineTextBlock(help_text=_("Who made it, with year; of a patient's image who gave it, and its license."))

    class Meta:
        icon = "view"
        label = _("View")
        description = _("A view or a part of it, whose outline can be shown and hidden.")
        template = "courses/writing/blocks/view.html"


def tell_study(number: int) -> str:
    """Why this study cannot be read in a lesson; nothing where it can."""
    studies = Study.objects.filter(pk=number, purpose=StudyPurpose.COURSE)
    if not studies.exists():
        return tell_unknown_study(number)
    return tell_study_without_truth(number) if studies.lacking_a_truth().exists() else ""


def tell_unknown_study(number: Any) -> str:
    return gettext("There is no study {number} for courses.").format(number=number)


def tell_study_without_truth(number: Any) -> str:
    told = gettext("Nobody has said what is true of study {number}: publish its truth before the lesson.")
    return told.format(number=number)


class StudyBlock(blocks.StructBlock):
    """A study that is read in the reading room: read, lock, be told. The images are made in the background."""

    study = blocks.IntegerBlock(
        min_value=1,
        label=_("Number of the study"),
        help_text=_("Of a study for courses, as the list of studies has it."),
    )
    text = InlineTextBlock(help_text=_("What to do with it, in a sentence that does not tell what is there."))

    def clean(self, value: Any) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (told := tell_study(cleaned["study"])):
            refuse({"study": told})
        return cleaned

    class Meta:
        icon = "crosshairs"
        label = _("Study")
        description = _("A study to be read in the reading room, with a way back to the lesson.")
        template = "courses/writing/blocks/study.html"


class PairBlock(ViewsBlock):
    """Two look-alikes side by side, whose names can be hidden, and the sentence that tells them apart."""

    panels = blocks.ListBlock(ViewPanelBlock(), min_num=2, max_num=2, label=_("Views"))
    difference = InlineTextBlock(help_text=_("One sentence that tells them apart."))
    source = InlineTextBlock(help_text=_("Who made it, with year; of a patient's image who gave it, and its license."))

    def clean(self, value: Any) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not all(panel["label"] for panel in cleaned["panels"]):
            told = ValidationError(gettext("Name both: a pair is told apart by its names."))
            raise blocks.StructBlockValidationError(block_errors={"panels": told})
        return cleaned

    class Meta:
        icon = "grip"
        label = _("Pair")
        description = _("Two look-alikes side by side, and what tells them apart.")
        template = "courses/writing/blocks/pair.html"
