"""The blocks of a lesson (decision 3). Each renders with templates/courses/writing/blocks/<name>.html."""

import re
from collections.abc import Iterable, Iterator, Mapping, MutableSequence
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.images.blocks import ImageBlock
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText, expand_db_html
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.writing.rates import has_rates, list_choices, make_table
from courses.writing.references import link_identifiers

# The fixed subset of rich text that survives Markdown unchanged.
INLINE = ["bold", "italic", "superscript", "subscript", "link"]
TEXT = ["h2", "h3", *INLINE, "ol", "ul"]


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=TEXT, **kwargs)

    class Meta:
        icon = "pilcrow"
        description = _("Headings of two levels, paragraphs and lists.")
        template = "courses/writing/blocks/text.html"


PARAGRAPH_TAG = re.compile(r"\s*</?p(?:\s[^>]*)?>\s*")


class InlineTextBlock(blocks.RichTextBlock):
    """Words within a paragraph that the template has. The loader writes them bare, the editor sends paragraphs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=INLINE, **kwargs)

    def to_python(self, value: str) -> RichText:
        return self._unwrap(value)

    def normalize(self, value: Any) -> RichText:
        return self._unwrap(value.source if isinstance(value, RichText) else str(value or ""))

    def value_from_form(self, value: str) -> RichText:
        return self._unwrap(value)

    def _unwrap(self, source: str) -> RichText:
        return RichText("<br/>".join(part for part in PARAGRAPH_TAG.split(source or "") if part))


# What cameras, scanners and screens call their pictures, and any name with an ending or without a space in it.
FILE_NAME = re.compile(
    r"""(?ix) \S.* \. (?:avif|bmp|dcm|eps|gif|heic|ico|jfif|jpe?g|pdf|png|psd|svg|tiff?|webp) \s*
    | (?: img | image | dsc[nf]? | dcim | pxl | mvimg | photo | picture | figure | fig | scan | screen[ ]?shot
        | unnamed | untitled | copy[ ]of ) [\s_.-]* (?: [\d(] [\d\s_.:()-]* (?: at [\d\s_.:-]+ )? (?:[ap]m)? )?
    | [^\s]* (?: _ | \d-\d | -v?\d+ ) [^\s]* | [0-9a-f]{8,} | [\d\s._-]+""",
)


def is_file_name(words: str, *names: str) -> bool:
    """Whether words that should tell what a picture shows are a file's name: by their look, or one of these."""
    plain = words.strip()
    if FILE_NAME.fullmatch(plain):
        return True
    # A sentence may well be what a file was called after.
    return len(plain.split()) <= 3 and _join(plain) in {_join(PurePath(name).stem) for name in names}


def _join(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower())


def tell_alternative(words: str, file: str) -> str:
    """What is wrong with the words of a picture that is not decorative; nothing where they are some."""
    if not words.strip():
        return gettext("Say what the picture shows, or mark it as decorative.")
    if is_file_name(words, file):
        return gettext("This is a file's name. Say what a reader who cannot see the picture must know.")
    return ""


def find_pictures(value: Any) -> Iterator[Any]:
    """Every picture of a stream of blocks, of one block's value, or of what stands in it."""
    if isinstance(value, AbstractImage):
        yield value
    for part in _get_parts(value):
        yield from find_pictures(part)


def _get_parts(value: Any) -> Iterable[Any]:
    if isinstance(value, blocks.StreamValue):
        return (block.value for block in value)
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, TypedTable):
        return (cell.value for row in value.rows for cell in row)
    return value if isinstance(value, MutableSequence) else ()


class PictureBlock(ImageBlock):
    def clean(self, value: Any) -> Any:
        image: Any = super().clean(value)
        if not self.is_deferred_validation and image is not None and not image.decorative:
            told = tell_alternative(image.contextual_alt_text or "", image.file.name or "")
            refuse({"alt_text": told} if told else {})
        return image


def refuse(faults: dict[str, str]) -> None:
    if faults:
        raise blocks.StructBlockValidationError(
            block_errors={name: ValidationError(told) for name, told in faults.items()}
        )


class PanelBlock(blocks.StructBlock):
    image = PictureBlock(help_text=_("The alternative text tells what a reader who cannot see the picture must know."))
    label = blocks.CharBlock(
        required=False, max_length=60, help_text=_("A word or two under the picture, such as its view.")
    )
    text = blocks.CharBlock(required=False, max_length=200, help_text=_("One sentence on what to look at."))

    class Meta:
        icon = "image"
        label = _("Picture")
        label_format = "Picture: {label}"


class FigureBlock(blocks.StructBlock):
    """One picture, or several side by side; on a phone they stand in a list."""

    panels = blocks.ListBlock(PanelBlock(), min_num=1, label=_("Pictures"))
    caption = InlineTextBlock()
    source = InlineTextBlock(help_text=_("Who drew or published it, with year and n."))

    class Meta:
        icon = "image"
        description = _("One picture, or several side by side, with a caption and where they come from.")
        template = "courses/writing/blocks/figure.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=[("pearl", _("Pearl")), ("pitfall", _("Pitfall"))], default="pearl")
    text = InlineTextBlock()

    class Meta:
        icon = "info-circle"
        description = _("A pearl to keep or a pitfall to avoid, in one short paragraph.")
        template = "courses/writing/blocks/callout.html"


class RateValue(blocks.StructValue):
    """A percentage, with its interval where one is known."""

    @property
    def is_given(self) -> bool:
        """Not so in a draft, and in a cell that is left empty."""
        return self["percent"] is not None

    @property
    def has_interval(self) -> bool:
        return self["low"] is not None and self["high"] is not None


def find_faults_of_rate(rate: Any) -> dict[str, str]:
    """What does not fit together in a rate, by the name of the field."""
    percent, low, high = rate["percent"], rate["low"], rate["high"]
    if (low is None) != (high is None):
        return {"high" if high is None else "low": gettext("An interval has two ends: give both, or none.")}
    if low is None:
        return {} if percent is None or 0 <= percent <= 100 else {"percent": gettext("A rate is from 0 to 100.")}
    if percent is None:
        return {"percent": gettext("Give the rate, too.")}
    if low > high:
        return {"low": gettext("The interval begins above its end: it goes from the smaller to the greater.")}
    if not low <= percent <= high:
        return {"percent": gettext("The rate is outside its interval.")}
    return {} if low >= 0 and high <= 100 else {"low": gettext("An interval is from 0 to 100.")}


class RateBlock(blocks.StructBlock):
    """A rate in percent, drawn as a point on an axis from 0 to 100; with low and high, the interval through it."""

    percent = blocks.DecimalBlock(min_value=0, max_value=100, label="%")
    low = blocks.DecimalBlock(required=False, min_value=0, max_value=100, label=_("From"))
    high = blocks.DecimalBlock(required=False, min_value=0, max_value=100, label=_("To"))

    def clean(self, value: Any) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            refuse(find_faults_of_rate(cleaned))
        return cleaned

    class Meta:
        icon = "order"
        template = "courses/writing/blocks/rate.html"
        value_class = RateValue


class TableValue(blocks.StructValue):
    """A table as it is drawn: rates as a plot, and a name that repeats the one above shown once."""

    @property
    def has_rates(self) -> bool:
        return any(column["block"].name == "rate" for column in self["table"].columns)

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        above = None
        for cells in self["table"].rows:
            name = str(cells[0].value)
            headings = [column["heading"] for column in self["table"].columns]
            yield {"cells": list(zip(headings, cells, strict=True)), "repeats": name == above}
            above = name


class TableBlock(blocks.StructBlock):
    table = TypedTableBlock(
        [
            ("text", InlineTextBlock(template="courses/writing/blocks/cell.html")),
            ("number", blocks.CharBlock(template="courses/writing/blocks/cell.html")),
            ("rate", RateBlock(required=False)),
        ]
    )
    source = InlineTextBlock(help_text=_("Study, year and n."))

    class Meta:
        icon = "table"
        description = _("Columns of text, numbers or rates. A rate is drawn with its interval.")
        template = "courses/writing/blocks/table.html"
        value_class = TableValue


class RatesBlock(blocks.StructBlock):
    """What was published of one thing: a table that is made from the data when the lesson is drawn (decision 48)."""

    descriptor = blocks.ChoiceBlock(choices=list_choices, label=_("Rates of"))

    def make_table(self, value: Any) -> Any:
        """As an author's own table would be; nothing where the data have no such rates."""
        return TABLE.to_python(make_table(value["descriptor"])) if has_rates(value["descriptor"]) else None

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        return {**super().get_context(value, parent_context=parent_context), "value": self.make_table(value)}

    def render(self, value: Any, context: Any = None) -> Any:
        return super().render(value, context=context) if has_rates(value["descriptor"]) else ""

    class Meta:
        icon = "order"
        label = _("Published rates")
        description = _("The share that was malignant, by study, drawn from the academy's list of published rates.")
        template = "courses/writing/blocks/table.html"


TABLE = TableBlock()

SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "1.75", "2", "2.5", "3")


class VideoValue(blocks.StructValue):
    speeds = SPEEDS


class VideoBlock(blocks.StructBlock):
    """A draft may wait for its video and the captions; what is published has both."""

    video = SnippetChooserBlock("courses.Video")
    caption = InlineTextBlock(required=False, help_text=_("What it shows, in a sentence; who made it, and when."))

    def clean(self, value: Any) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (obstacle := find_obstacle(cleaned)):
            raise blocks.StructBlockValidationError(block_errors={"video": ValidationError(obstacle)})
        return cleaned

    class Meta:
        icon = "media"
        description = _("A video with captions, and its words beside it.")
        template = "courses/writing/blocks/video.html"
        value_class = VideoValue


def find_obstacle(value: blocks.StructValue) -> str:
    """Why a video block cannot be published as it is; empty where it can."""
    video = value["video"]
    return str(video.obstacle) if video else gettext("There is no video: choose one.")


class QuestionBlock(SnippetChooserBlock):
    """A check: the page asks for it when it is open, for what is written here knows no learner."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("courses.Question", **kwargs)

    def clean(self, value: Any) -> Any:
        question = super().clean(value)
        if question is not None and question.use != "check":
            raise ValidationError(
                gettext("This question is of the post-test. Choose one whose use is “Check in a lesson”.")
            )
        if question is not None and not self.is_deferred_validation and not question.live:
            raise ValidationError(gettext("This question is not published: publish it first, or readers find nothing."))
        return question

    class Meta:
        icon = "help"
        description = _("A question that is answered in the lesson, and explained at once.")
        template = "courses/writing/blocks/question.html"


class ReferencesBlock(blocks.StructBlock):
    references = blocks.ListBlock(InlineTextBlock(label=_("Reference")))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        linked = [link_identifiers(expand_db_html(reference.source)) for reference in value["references"]]
        return {**context, "references": linked}

    class Meta:
        icon = "list-ol"
        description = _("The last block of a lesson, numbered.")
        template = "courses/writing/blocks/references.html"
