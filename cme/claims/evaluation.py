"""The questions of the evaluation. Their keys stay: answers are kept by them, in English, and translated when shown."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

AGREEMENT = (
    _("Strongly agree"),
    _("Agree"),
    _("Neither"),
    _("Disagree"),
    _("Strongly disagree"),
)


@dataclass(frozen=True)
class EvaluationQuestion:
    key: str
    text: str
    choices: tuple[str, ...]


QUESTIONS = (
    EvaluationQuestion("objectives", _("The activity met the objectives that it stated."), AGREEMENT),
    EvaluationQuestion("relevance", _("What it taught is relevant to my practice."), AGREEMENT),
    EvaluationQuestion(
        "balance",
        _("The content was balanced and free of commercial bias."),
        (_("Yes"), _("No")),
    ),
    EvaluationQuestion(
        "change",
        _("Will you change something in your practice because of it?"),
        (_("Yes"), _("Perhaps"), _("No, it confirmed what I do"), _("No")),
    ),
)
COMMENT = "comment"
COMMENT_LENGTH = 2000


def is_complete(answers: dict[str, str]) -> bool:
    """Every question answered with one of its choices; the comment is free."""
    asked = {question.key: question.choices for question in QUESTIONS}
    return set(answers) - {COMMENT} == set(asked) and all(answers[key] in choices for key, choices in asked.items())
