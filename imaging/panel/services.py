import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.models import User
from imaging.panel.errors import NoPanelOpen, PanelOpenAlready, TooFewStudies
from imaging.panel.models import Panel, PanelAnswer, PanelImage
from imaging.panel.queries import MOST, NEEDED, get_holdings
from imaging.studies.models import Study, StudySource, View


@transaction.atomic
def open_panel(*, by: User) -> Panel:
    """Draw as many real studies as synthetic ones, one view of each. Raises TooFewStudies, PanelOpenAlready."""
    holdings = get_holdings()
    if not holdings.is_enough:
        raise TooFewStudies(needed=NEEDED, real=holdings.real, synthetic=holdings.synthetic)
    try:
        with transaction.atomic():
            panel = Panel.objects.create()
    except IntegrityError as error:
        raise PanelOpenAlready from error
    count = min(holdings.real, holdings.synthetic, MOST)
    drawn = [(view, source == StudySource.REAL) for source in StudySource for view in _draw_views(source, count)]
    # The order of the rows tells nothing.
    secrets.SystemRandom().shuffle(drawn)
    PanelImage.objects.bulk_create(PanelImage(panel=panel, view=view, is_real=is_real) for view, is_real in drawn)
    log(panel, "imaging.open_panel", user=by, data={"images": len(drawn)})
    return panel


def _draw_views(source: str, count: int) -> list[View]:
    draw = secrets.SystemRandom()
    studies = list(Study.objects.for_practice().filter(source=source).values_list("pk", flat=True))
    views = View.objects.filter(study__in=draw.sample(studies, count)).order_by("study", "pk")
    by_study: dict[int | None, list[View]] = {}
    for view in views:
        by_study.setdefault(view.study_id, []).append(view)
    return [draw.choice(each) for each in by_study.values()]


@transaction.atomic
def close_panel(*, by: User) -> Panel:
    """Nobody answers any more; the result stands. Raises NoPanelOpen."""
    panel = Panel.objects.select_for_update().filter(is_open=True).first()
    if panel is None:
        raise NoPanelOpen
    panel.is_open, panel.closed_at = False, timezone.now()
    panel.save(update_fields=["is_open", "closed_at"])
    log(panel, "imaging.close_panel", user=by)
    return panel


@transaction.atomic
def answer_image(*, user: User, image: PanelImage, says_real: bool, confidence: int, because: str) -> PanelAnswer:
    """What was said first stands: a second click, or another tab, changes nothing. Raises NoPanelOpen."""
    if not Panel.objects.select_for_update().filter(pk=image.panel_id, is_open=True).exists():
        raise NoPanelOpen
    said = {"says_real": says_real, "confidence": confidence, "because": because}
    answer, _created = PanelAnswer.objects.get_or_create(user=user, image=image, defaults=said)
    return answer
