"""A question as it is asked: frozen once, then described for a page, with or without its truth."""

from random import Random
from typing import Any

from courses.assessment.kinds import get_kind, get_kind_of
from courses.assessment.kinds.base import Asked, Content, Written
from courses.assessment.pictures import freeze_picture, get_outlines
from courses.assessment.scoring import is_right


def freeze(question: Written, rng: Random | None) -> Content:
    """All that asking, scoring and explaining need. With `rng` the choices are shuffled."""
    content: Content = {
        "kind": question.kind,
        "question": question.pk,
        "stem": question.stem,
        "references": [line.strip() for line in question.references.splitlines() if line.strip()],
        "rationale": question.rationale,
        "objective": None,
    }
    if question.objective is not None:
        content["objective"] = {"position": question.objective.position, "text": question.objective.text}
    return content | freeze_picture(question) | get_kind(question.kind).freeze(question, rng)


def describe(content: Content, answer: Any, *, is_told: bool, prefix: str = "") -> Asked:
    """For the template of the kind; its fields' names begin with `prefix`, as a form's do."""
    kind = get_kind_of(content)
    asked: dict[str, Any] = {
        "kind": kind.name,
        "stem": content["stem"],
        "template": kind.template,
        "field": f"{prefix}-" if prefix else "",
        "answer": answer,
        "is_told": is_told,
        "question": content.get("question"),
        "image": content.get("image"),
    }
    if not is_told:
        return kind.asked(**asked, **kind.ask(content, answer))
    return kind.asked(
        **asked,
        **kind.tell(content, answer),
        outlines=get_outlines(content),
        is_right=is_right(content, answer),
        rationale=content.get("rationale", ""),
        references=content["references"],
    )
