"""Who may answer, what comes next, and what a panel comes to."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.queries import has_access
from imaging.panel.models import Panel, PanelAnswer, PanelImage
from imaging.scoring.readers import ReadersArea, measure_readers
from imaging.studies.models import Study, StudySource

NEEDED = 20
"""Real studies and synthetic ones, below which an area says nothing."""
MOST = 30
"""Of either sort in one panel: an hour of a reader's time."""


def get_open_panel() -> Panel | None:
    return Panel.objects.filter(is_open=True).first()


@dataclass(frozen=True)
class Holdings:
    """What there is to draw a panel from."""

    real: int
    synthetic: int

    @property
    def is_enough(self) -> bool:
        return min(self.real, self.synthetic) >= NEEDED


def get_holdings() -> Holdings:
    """One query. What lessons and test sets show stays out: their readers may know it."""
    is_real = Q(source=StudySource.REAL)
    counted = Study.objects.for_practice().aggregate(
        real=Count("pk", filter=is_real), synthetic=Count("pk", filter=~is_real)
    )
    return Holdings(**counted)


@dataclass(frozen=True)
class Turn:
    """What a reader is asked now."""

    image: PanelImage | None
    answered: int
    total: int

    @property
    def number(self) -> int:
        return self.answered + 1

    @property
    def is_done(self) -> bool:
        return self.total > 0 and self.image is None


def get_turn(user: User, panel: Panel) -> Turn:
    """The next image in the reader's own order. Three queries; which study an image is of is not read."""
    images = list(panel.images.values_list("pk", flat=True).order_by("pk"))
    done = set(PanelAnswer.objects.filter(user=user, image__panel=panel).values_list("image", flat=True))
    Random(f"{user.pk}:{panel.pk}").shuffle(images)  # noqa: S311 - an order of images
    following = next((pk for pk in images if pk not in done), None)
    image = PanelImage.objects.select_related("view").get(pk=following) if following else None
    return Turn(image, len(done), len(images))


def get_image_for(user: User, pk: int) -> PanelImage:
    """One of the open panel, for who has access; else it is not there (404)."""
    image = PanelImage.objects.filter(pk=pk, panel__is_open=True).select_related("view").first()
    if image is None or not has_access(user):
        raise Http404("There is no such image in a panel that is open.")
    return image


def count_right(user: User, panel: Panel) -> int:
    """Of a reader who is done: how many they told rightly. Of single images nothing is told while it is open."""
    answers = PanelAnswer.objects.filter(user=user, image__panel=panel)
    return answers.filter(Q(says_real=True, image__is_real=True) | Q(says_real=False, image__is_real=False)).count()


def rate(answer: PanelAnswer) -> int:
    """How sure its reader is that the image is real, from 0 to 100."""
    return answer.confidence if answer.says_real else 100 - answer.confidence


@dataclass(frozen=True)
class PanelResult:
    panel: Panel
    area: ReadersArea
    """Of readers who answered about every image. 0.50: they cannot tell real from synthetic."""
    under_way: int
    """Readers who answered about some."""
    answers: int
    images: int


def get_result(panel: Panel) -> PanelResult:
    """Two queries."""
    images = list(panel.images.order_by("pk").values_list("pk", "is_real"))
    by_reader: dict[int, dict[int, int]] = defaultdict(dict)
    for answer in PanelAnswer.objects.filter(image__panel=panel):
        by_reader[answer.user_id][answer.image_id] = rate(answer)
    complete = [ratings for ratings in by_reader.values() if len(ratings) == len(images)]
    ratings = [
        ([each[pk] for pk, is_real in images if not is_real], [each[pk] for pk, is_real in images if is_real])
        for each in complete
    ]
    answers = sum(len(each) for each in by_reader.values())
    return PanelResult(panel, measure_readers(ratings), len(by_reader) - len(complete), answers, len(images))


def list_answers() -> QuerySet[PanelAnswer]:
    """For staff: what was said of each image and why, without who said it."""
    return PanelAnswer.objects.select_related("image__view__study", "image__panel").order_by(
        "-image__panel", "image", "pk"
    )
