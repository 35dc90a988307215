"""A question: its answer, its reasons, its choices, its place."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.assessment.kinds import get_kind
from courses.assessment.models.questions import Question, QuestionUse
from courses.faults.reading import QuestionText, words_of
from courses.writing.blocks import tell_alternative
from courses.writing.references import NAMED, find_faults_of_identifiers

# Haladyna, Downing and Rodriguez, Appl Meas Educ 2002;15:309-34: three choices suffice, and none stands for the others.
FEWEST_CHOICES, MOST_CHOICES = 3, 6
LONGER = 1.6
"""Times the longest of the wrong choices."""
SUMS_UP = re.compile(
    r"(?i:\b(?:all|none|any|both|neither) of (?:the )?(?:above|these|them|those)\b)"
    r"|^\W*(?:[Bb]oth )?[A-D] and [A-D]\W*$"
)


@rule("question-no-stem", Question, stops=True)
def asks_something(question: QuestionText) -> Iterator[Found]:
    """A question asks something."""
    if not words_of(question.stem):
        yield Found(gettext("Write what is asked."), "stem")


@rule("question-no-key", Question, stops=True)
def has_a_key(question: QuestionText) -> Iterator[Found]:
    """A question has what its kind is marked by: right choices, a value, a picture with a region."""
    for field, told in get_kind(question.kind).find_missing(question).items():
        yield Found(told, field)


@rule("question-no-rationale", Question, stops=True)
def is_explained(question: QuestionText) -> Iterator[Found]:
    """Every choice has its rationale; a number or a place has one for its answer."""
    for field, told in get_kind(question.kind).find_unexplained(question).items():
        yield Found(told, field)


@rule("question-picture-unnamed", Question, stops=True)
def picture_has_words(question: QuestionText) -> Iterator[Found]:
    """The picture of a question is told in words that are no file's name.

    WCAG 2.2, 1.1.1.
    """
    image = question.known.images.get(question.image or 0)
    if image is None:
        return
    if not question.image_alt.strip():
        yield Found(gettext("Say what the picture shows."), "image_alt")
    elif told := tell_alternative(question.image_alt, image.file):
        yield Found(told, "image_alt")


@rule("question-picture-file-gone", Question, is_watched=True)
def picture_has_its_file(question: QuestionText) -> Iterator[Found]:
    """The file of a question's picture is in storage. Only the night looks."""
    image = question.known.images.get(question.image or 0)
    if image is not None and not question.known.has_file(image.file):
        told = gettext("The file of the picture “{name}” is gone: upload it again, and choose it here.")
        yield Found(told.format(name=image.title), "image")


@rule("question-objective-elsewhere", Question, stops=True)
def objective_is_of_the_course(question: QuestionText) -> Iterator[Found]:
    """A question belongs to an objective of its own course."""
    known = question.known.objectives.get(question.objective or 0)
    if known is not None and known[0] != question.course:
        yield Found(gettext("This objective belongs to another course."), "objective")


@rule("question-in-words", Question, stops=True)
def in_words_stands_for_a_picture(question: QuestionText) -> Iterator[Found]:
    """A question in words has no picture, and stands for one of the same course that has (decision 63)."""
    if question.use != QuestionUse.WORDS:
        if question.stands_for:
            yield Found(gettext("Only a question in words stands for another."), "stands_for")
    elif question.image:
        yield Found(gettext("A question in words has no picture."), "image")
    elif not question.stands_for:
        yield Found(gettext("Choose the question with a picture that this one replaces."), "stands_for")
    else:
        other = question.known.questions.get(question.stands_for)
        if other is None or other.course != question.course or other.use == "words" or other.image is None:
            yield Found(gettext("It replaces a question with a picture, in the same course."), "stands_for")


@rule("question-key-taken", Question, stops=True, is_watched=False)
def has_its_own_key(question: QuestionText) -> Iterator[Found]:
    """No other question has its key."""
    if question.known.keys_of_others.get(question.key, set()) - {question.pk}:
        yield Found(gettext("Another question has this key. Choose another."), "key")


# --- Choices ----------------------------------------------------------------------------------------


@rule("choice-empty", Question, stops=True)
def choices_say_something(question: QuestionText) -> Iterator[Found]:
    """Each choice says something."""
    if not all(choice.text.strip() for choice in question.choices):
        yield Found(gettext("A choice is empty: write it, or take it out."), "choices")


@rule("choice-twice", Question, stops=True)
def choices_differ(question: QuestionText) -> Iterator[Found]:
    """No two choices say the same: nobody could tell which one is right."""
    seen = set()
    for choice in question.choices:
        words = " ".join(choice.text.lower().split()).rstrip(".")
        if words in seen:
            yield Found(gettext("“{text}” stands there twice: change one.").format(text=choice.text), "choices")
        seen.add(words)


@rule("choice-few", Question)
def has_enough_choices(question: QuestionText) -> Iterator[Found]:
    """There are three choices or more; of two, a guess is right every second time."""
    if 2 <= len(question.choices) < FEWEST_CHOICES:
        told = gettext("Of two choices a guess is right every second time: add a third that tempts.")
        yield Found(told, "choices")


@rule("choice-many", Question)
def has_few_choices(question: QuestionText) -> Iterator[Found]:
    """There are six choices at most: more take time and tell no more."""
    if len(question.choices) > MOST_CHOICES:
        told = gettext("{n} choices take long to read: keep the {most} best.")
        yield Found(told.format(n=len(question.choices), most=MOST_CHOICES), "choices")


@rule("choice-longest", Question)
def key_is_not_told_by_its_length(question: QuestionText) -> Iterator[Found]:
    """The right choice is not told by its length."""
    right = [len(choice.text) for choice in question.choices if choice.is_correct]
    wrong = [len(choice.text) for choice in question.choices if not choice.is_correct]
    if len(right) == 1 and wrong and right[0] > 20 and right[0] > LONGER * max(wrong):
        yield Found(gettext("The right choice is by far the longest, and tells itself: shorten it."), "choices")


@rule("choice-sums-up", Question)
def choices_stand_for_themselves(question: QuestionText) -> Iterator[Found]:
    """No choice is “all of the above” or “none of the above”: choices are shuffled, and it is right too often."""
    for choice in question.choices:
        if SUMS_UP.search(choice.text):
            told = gettext("“{text}” says nothing by itself, and choices are shuffled: write what is meant.")
            yield Found(told.format(text=choice.text), "choices")


# --- Its place, and what it leads to ----------------------------------------------------------------


@rule("question-no-objective", Question)
def has_an_objective(question: QuestionText) -> Iterator[Found]:
    """A question belongs to an objective, from which tests draw evenly."""
    if question.use != QuestionUse.WORDS and question.objective not in question.known.objectives:
        yield Found(gettext("It belongs to no objective: choose one, for tests draw evenly from them."), "objective")


@rule("question-no-lesson", Question)
def says_where_to_read(question: QuestionText) -> Iterator[Found]:
    """A question says which lesson to read again."""
    if question.use != QuestionUse.WORDS and not question.lesson:
        yield Found(gettext("Choose the lesson in which the answer can be read."), "lesson")


@rule("question-no-references", Question)
def has_sources(question: QuestionText) -> Iterator[Found]:
    """A question names its sources."""
    if not question.reference_lines:
        yield Found(gettext("It has no reference: name where the answer can be looked up."), "references")


@rule("question-reference-no-identifier", Question)
def sources_lead_to_works(question: QuestionText) -> Iterator[Found]:
    """A reference of a question has a DOI, a PMID or an address, or a lesson in which it stands whole."""
    bare = [line for line in question.reference_lines if not NAMED.search(line) and "(incomplete:" not in line]
    if bare and len(bare) == len(question.reference_lines) and not question.lesson:
        told = gettext("No reference has a DOI, PMID or address: add it, or write “(incomplete: DOI not found)”.")
        yield Found(told, "references")


@rule("question-doi-wrong", Question, stops=True)
def doi_is_one(question: QuestionText) -> Iterator[Found]:
    """What is called a DOI is one."""
    for told in find_faults_of_identifiers(question.references):
        yield Found(told, "references")
