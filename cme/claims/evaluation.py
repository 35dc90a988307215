"""The questions of the evaluation. Their keys stay: answers are kept by them."""

from dataclasses import dataclass

AGREEMENT = ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree")


@dataclass(frozen=True)
class Question:
    key: str
    text: str
    choices: tuple[str, ...]


QUESTIONS = (
    Question("objectives", "The activity met the objectives that it stated.", AGREEMENT),
    Question("relevance", "What it taught is relevant to my practice.", AGREEMENT),
    Question("balance", "The content was balanced and free of commercial bias.", ("Yes", "No")),
    Question(
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
