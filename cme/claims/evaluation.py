"""The questions of the evaluation. Their keys stay: answers are kept by them."""

from dataclasses import dataclass

AGREEMENT = ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree")


@dataclass(frozen=True)
class EvaluationQuestion:
    key: str
    text: str
    choices: tuple[str, ...]


QUESTIONS = (
    EvaluationQuestion("objectives", "The activity met the objectives that it stated.", AGREEMENT),
    EvaluationQuestion("relevance", "What it taught is relevant to my practice.", AGREEMENT),
    EvaluationQuestion("balance", "The content was balanced and free of commercial bias.", ("Yes", "No")),
    EvaluationQuestion(
        "change",
        "Will you change something in your practice because of it?",
        ("Yes", "Perhaps", "No, it confirmed what I do", "No"),
    ),
)
COMMENT = "comment"
COMMENT_LENGTH = 2000


def is_complete(answers: dict[str, str]) -> bool:
    """Every question answered with one of its choices; the comment is free."""
    asked = {question.key: question.choices for question in QUESTIONS}
    return set(answers) - {COMMENT} == set(asked) and all(answers[key] in choices for key, choices in asked.items())
