"""Pictures in lessons and guides: their words, their files, their scale."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.known import KnownImage
from courses.faults.reading import Block, read_list
from courses.writing.blocks import tell_alternative
from courses.writing.models import Lesson
from courses.writing.view_blocks import find_faults_of_outline, tell_study_without_truth, tell_unknown_study

LARGEST = 500_000
"""Bytes. A drawing has some ten thousand, a photograph of the width of a page two hundred thousand."""
NARROWEST = 500
"""Pixels across: a column of text is about 700 wide, and screens show two for one."""
LONGEST = 300
"""Letters of an alternative text. What needs more belongs into the text (w3.org/WAI/tutorials/images/complex)."""


def read_pictures(text: Any) -> Iterator[tuple[Block, Mapping[str, Any], KnownImage | None]]:
    for block in text.body.blocks:
        for picture in block.pictures:
            given = picture if isinstance(picture, Mapping) else {"image": picture}
            yield block, given, text.known.images.get(given.get("image"))


def shown_once(text: Any) -> Iterator[tuple[Block, KnownImage]]:
    """Each picture in the block where it stands first."""
    seen = set()
    for block, _, image in read_pictures(text):
        if image is not None and image.pk not in seen:
            seen.add(image.pk)
            yield block, image


def find_words(text: Any, *, of_files: bool) -> Iterator[Found]:
    for block, picture, image in read_pictures(text):
        if image is None or picture.get("decorative"):
            continue
        words = str(picture.get("alt_text") or "")
        told = tell_alternative(words, image.file)
        if told and bool(words.strip()) == of_files:
            yield Found(told, "body", block.pk)


@rule("picture-no-alternative", Lesson, stops=True)
def has_an_alternative(text: Any) -> Iterator[Found]:
    """A picture has an alternative text, or is marked as decorative.

    WCAG 2.2, 1.1.1.
    """
    return find_words(text, of_files=False)


@rule("picture-file-name", Lesson, stops=True)
def is_told_in_words(text: Any) -> Iterator[Found]:
    """An alternative text is no file's name.

    WCAG 2.2, failure F30.
    """
    return find_words(text, of_files=True)


@rule("picture-long-alternative", Lesson)
def is_told_in_short(text: Any) -> Iterator[Found]:
    """An alternative text is heard in one go."""
    for block, picture, image in read_pictures(text):
        words = str(picture.get("alt_text") or "")
        if image is not None and not picture.get("decorative") and len(words) > LONGEST:
            told = gettext("An alternative text has {n} letters: say the main thing in {most}, the rest in the text.")
            yield Found(told.format(n=len(words), most=LONGEST), "body", block.pk)


@rule("picture-gone", Lesson, stops=True)
def is_there(text: Any) -> Iterator[Found]:
    """A picture is chosen, and was not deleted since."""
    for block, picture, image in read_pictures(text):
        if image is None:
            given = picture.get("image")
            told = gettext("The picture was deleted: choose another.") if given else gettext("Choose the picture.")
            yield Found(told, "body", block.pk)


@rule("picture-file-gone", Lesson, is_watched=True)
def has_its_file(text: Any) -> Iterator[Found]:
    """The file of a picture is in storage. Only the night looks."""
    for block, image in shown_once(text):
        if not text.known.has_file(image.file):
            told = gettext("The file of the picture “{name}” is gone: upload it again, and choose it here.")
            yield Found(told.format(name=image.title), "body", block.pk)


@rule("picture-large", Lesson)
def is_quick(text: Any) -> Iterator[Found]:
    """A picture loads on a phone without a wait."""
    for block, image in shown_once(text):
        if (image.size or 0) > LARGEST:
            told = gettext("The picture “{name}” has {size} kB: at {most} kB or less a phone shows it at once.")
            sizes = {"size": -(-(image.size or 0) // 1000), "most": LARGEST // 1000}
            yield Found(told.format(name=image.title, **sizes), "body", block.pk)


@rule("picture-small", Lesson)
def is_sharp(text: Any) -> Iterator[Found]:
    """A picture that is no drawing has enough pixels for its place."""
    for block, image in shown_once(text):
        if block.kind == "figure" and not image.is_drawing and image.width < NARROWEST:
            told = gettext("The picture “{name}” is {width} pixels wide and looks blurred: give {least} or more.")
            yield Found(told.format(name=image.title, width=image.width, least=NARROWEST), "body", block.pk)


@rule("figure-no-source", Lesson)
def says_where_it_is_from(text: Any) -> Iterator[Found]:
    """A figure, a view, a pair and a table say where they come from."""
    for block in text.body.of("figure", "view", "pair", "table"):
        if not str(block.get("source") or "").strip():
            yield Found(gettext("Say where it comes from: who made or published it, year and n."), "body", block.pk)


@rule("figure-no-caption", Lesson)
def has_a_caption(text: Any) -> Iterator[Found]:
    """A figure and a view have a caption."""
    for block in text.body.of("figure", "view"):
        if not str(block.get("caption") or "").strip():
            yield Found(gettext("A figure has no caption: say in a sentence what it teaches."), "body", block.pk)


def read_panels(text: Any) -> Iterator[tuple[Block, Mapping[str, Any]]]:
    for block in text.body.of("view", "pair"):
        for panel in read_list(block.get("panels")):
            yield block, panel


@rule("view-outline", Lesson, stops=True)
def has_a_sound_outline(text: Any) -> Iterator[Found]:
    """The outline of a view is points within it."""
    for block, panel in read_panels(text):
        for told in find_faults_of_outline(str(panel.get("outline") or "")).values():
            yield Found(told, "body", block.pk)


@rule("view-no-scale", Lesson, stops=True)
def has_a_scale(text: Any) -> Iterator[Found]:
    """A view says how many millimeters it shows, for its bar is drawn from it."""
    for block, panel in read_panels(text):
        if not panel.get("width_mm"):
            yield Found(gettext("A view has no width in millimeters: its bar cannot be drawn."), "body", block.pk)


@rule("pair-no-names", Lesson, stops=True)
def pairs_have_names(text: Any) -> Iterator[Found]:
    """A pair has two views, each with its name."""
    for block in text.body.of("pair"):
        panels = read_list(block.get("panels"))
        if len(panels) != 2 or not all(panel.get("label") for panel in panels):
            yield Found(gettext("A pair has two views, each with a name."), "body", block.pk)


@rule("study-unknown", Lesson, stops=True)
def names_a_study(text: Any) -> Iterator[Found]:
    """A study that is to be read is one for courses."""
    for block, number in text.body.studies:
        if number not in text.known.studies:
            yield Found(tell_unknown_study(number), "body", block.pk)


@rule("study-no-truth", Lesson, stops=True, is_of_others=True)
def study_has_a_truth(text: Any) -> Iterator[Found]:
    """Of a study that is read in a lesson somebody has said what is true (decision 64)."""
    for block, number in text.body.studies:
        if text.known.studies.get(number):
            yield Found(tell_study_without_truth(number), "body", block.pk)
