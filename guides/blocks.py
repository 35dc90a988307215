"""The blocks of a guide: the lessons' own that need no learner, and some more (decision 47).

A new one is a class here, named in `GUIDE_BLOCKS`; templates/guides/blocks/<name>.html; a reader of its Markdown in
escan/loader/markdown.py; and `read_words`, where search finds something in it.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.search.passages import plain, under_headings
from courses.writing.blocks import (
    INLINE,
    CalloutBlock,
    FigureBlock,
    InlineTextBlock,
    PictureBlock,
    RatesBlock,
    ReferencesBlock,
    TableBlock,
    refuse,
)
from courses.writing.blocks import TextBlock as LessonTextBlock
from guides.aid import get_aid
from guides.matrix import draw_matrix, read_matrix

# A heading and what stands under it.
Words = tuple[str, str] | tuple[str, str, str]


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


class MatrixBlock(blocks.StaticBlock):
    """Forms by distributions, drawn from the published rates (decision 48)."""

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        return {**super().get_context(value, parent_context=parent_context), "matrix": draw_matrix()}

    def read_words(self, value: Any) -> Iterator[Words]:
        return read_matrix()

    class Meta:
        icon = "table"
        label = _("Matrix of forms and distributions")
        description = _("The published range of each form in each distribution, from the academy's list of rates.")
        admin_text = _("Drawn from the academy's list of published rates. There is nothing to write here.")
        template = "guides/blocks/matrix.html"


class KeyFormBlock(blocks.StructBlock):
    image = PictureBlock(help_text=_("Say what it looks like, and not what it is called: names can be hidden."))
    name = blocks.CharBlock(max_length=60, label=_("Name"))
    text = blocks.CharBlock(max_length=200, label=_("Text"), help_text=_("One sentence on what to look at."))

    class Meta:
        icon = "image"
        label = _("Form")
        label_format = "{name}"


class KeyGroupBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=60, label=_("Title"))
    forms = blocks.ListBlock(KeyFormBlock(), min_num=1, label=_("Forms"))

    class Meta:
        label = _("Group")
        label_format = "{title}"


class PictureKeyBlock(blocks.StructBlock):
    groups = blocks.ListBlock(KeyGroupBlock(), min_num=1, label=_("Groups"))

    def read_words(self, value: Any) -> Iterator[Words]:
        return (
            (form["name"], f"{group['title']}. {form['text']}", form["image"].contextual_alt_text)
            for group in value["groups"]
            for form in group["forms"]
        )

    class Meta:
        icon = "image"
        label = _("Picture key")
        description = _("Pictures in groups, each with its name, which readers can hide to test themselves.")
        template = "guides/blocks/picture_key.html"


class CallBlock(blocks.StructBlock):
    """One picture to be called by its name."""

    image = PictureBlock(help_text=_("Say what it looks like, and not what it is called."))
    choices = blocks.ListBlock(blocks.CharBlock(max_length=60), min_num=2, max_num=6, label=_("Choices"))
    answer = blocks.CharBlock(max_length=60, label=_("Answer"), help_text=_("One of the choices, letter for letter."))
    feedback = InlineTextBlock(label=_("Feedback"), help_text=_("Why it is that one."))

    def clean(self, value: Any) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            refuse(find_faults_of_call(cleaned))
        return cleaned

    class Meta:
        icon = "help"
        label = _("Picture to call")
        label_format = "{answer}"


class CallItBlock(blocks.StructBlock):
    """Search does not find its words: what it teaches is told after the call."""

    items = blocks.ListBlock(CallBlock(), min_num=1, label=_("Pictures to call"))

    class Meta:
        icon = "help"
        label = _("Call it")
        description = _("Pictures that readers call by name, one after the other, each with feedback.")
        template = "guides/blocks/call_it.html"


def find_faults_of_call(call: Any) -> dict[str, str]:
    """By the name of the field."""
    choices = [choice.strip() for choice in call["choices"]]
    if len(choices) < 2 or "" in choices:
        return {"choices": gettext("Give two choices or more, none of them empty.")}
    if len(set(choices)) < len(choices):
        return {"choices": gettext("Two choices are the same.")}
    if call["answer"].strip() not in choices:
        return {"answer": gettext("“{answer}” is none of the choices.").format(answer=call["answer"])}
    return {} if plain(call["feedback"]) else {"feedback": gettext("Say why it is that one.")}


GUIDE_BLOCKS = [
    ("text", LessonTextBlock()),
    ("figure", FigureBlock()),
    ("callout", CalloutBlock()),
    ("table", TableBlock()),
    ("rates", RatesBlock()),
    ("matrix", MatrixBlock()),
    ("picture_key", PictureKeyBlock()),
    ("call_it", CallItBlock()),
    ("answers", AnswersBlock()),
    ("patients", PatientsBlock()),
    ("aid", AidBlock()),
    ("call_to_action", CallToActionBlock()),
    ("references", ReferencesBlock()),
]
