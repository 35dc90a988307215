from collections.abc import Callable

import pytest

from accounts.models import User
from imaging.models import Reading, Study, StudyKind
from imaging.reading import services
from imaging.reading.services import Description
from tests.imaging.conftest import add_finding, write_study

WORDS = ("fine-linear", "segmental")


def write_skill(kind: str, morphology: str = "", distribution: str = "", **fields: object) -> Study:
    """A study with one finding of these words, in the square; a normal one has none."""
    study = write_study(StudyKind.NORMAL, **fields)
    study.truths.update(kind=kind, recall=kind == StudyKind.SUSPICIOUS)
    if morphology:
        words = {"morphology": morphology, "distribution": distribution}
        truth = study.truths.get()
        add_finding(truth, list(study.views.all()), warrants_recall=kind == StudyKind.SUSPICIOUS, **words)
    return study


def read(user: User | None, study: Study, *, recall: bool = True, words: tuple[str, str] | None = WORDS) -> Reading:
    """Lock a reading of just this study, with a mark in the square where there are words."""
    reading = Reading.objects.create(user=user, study=study)
    if words is not None:
        services.put_mark(reading=reading, view="lcc", x=160, y=190, description=Description(80, *words))
    services.answer_reading(reading=reading, category="4B" if recall else "2", recall=recall)
    return services.lock_reading(reading=reading)


@pytest.fixture
def make_skill(db: None) -> Callable[..., Study]:
    return write_skill
