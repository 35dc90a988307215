"""The blocks of a guide: the lessons' own that need no learner, and some more (decision 47).

A new one is a class here, named in `GUIDE_BLOCKS`; templates/guides/blocks/<name>.html; a reader of its Markdown in
escan/loader/markdown.py; and `read_words`, where search finds something in it.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.search.passages import plain, under_headings
from courses.writing.blocks import (
    INLINE,
    CalloutBlock,
    FigureBlock,
    InlineTextBlock,
    RatesBlock,
    ReferencesBlock,
    TableBlock,
)
from courses.writing.blocks import TextBlock as LessonTextBlock
from guides.aid import get_aid

# A heading and what stands under it.
Words = tuple[str, str]


class AnswerBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=200, label=_("Question"))
    answer = blocks.RichTextBlock(
        features=[*INLINE, "ol", "ul"],
        label=_("Answer"),
        help_text=_("The first sentence is the answer itself, with study, n and interval where it has a number."),
    )


class AnswersBlock(blocks.StructBlock):
    """Questions as people ask them. Search engines are told of them, too."""

    answers = blocks.ListBlock(AnswerBlock(), min_num=1, label=_("Questions and answers"))

    def read_words(self, value: Any) -> Iterator[Words]:
        return ((one["question"], plain(one["answer"])) for one in value["answers"])

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        description = _("Questions as people ask them, each answered in its first sentence.")
        template = "guides/blocks/answers.html"


class PatientsBlock(blocks.RichTextBlock):
    """For people who were told that they have what the guide is about: at an eighth-grade reading level."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=["h3", *INLINE, "ol", "ul"], **kwargs)

    def read_words(self, value: Any) -> Iterator[Words]:
        return under_headings(value)

    class Meta:
        icon = "user"
        label = _("For patients")
        description = _("Plain words for patients, apart from what is for professionals. Its heading stands before it.")
        template = "guides/blocks/patients.html"


class CallToActionBlock(InlineTextBlock):
    """One short paragraph; the page adds the way to the courses and what they cost today."""

    class Meta:
        icon = "pick"
        label = _("Call to action")
        description = _("A short paragraph, with a button to the courses and the price under it.")
        template = "guides/blocks/call_to_action.html"


class AidBlock(blocks.StaticBlock):
    """Where the printable aid is, with its size."""

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        return {**super().get_context(value, parent_context=parent_context), "size": len(get_aid().pdf)}

    class Meta:
        icon = "doc-full"
        label = _("Aid for the workstation")
        description = _("A link to the page for print: forms, distributions, published ranges and what to write.")
        admin_text = _("A link to the printable aid on breast calcifications. There is nothing to fill in.")
        template = "guides/blocks/aid.html"


GUIDE_BLOCKS = [
    ("text", LessonTextBlock()),
    ("figure", FigureBlock()),
    ("callout", CalloutBlock()),
    ("table", TableBlock()),
    ("rates", RatesBlock()),
    ("answers", AnswersBlock()),
    ("patients", PatientsBlock()),
    ("aid", AidBlock()),
    ("call_to_action", CallToActionBlock()),
    ("references", ReferencesBlock()),
]
