"""Studies that belong to courses. Who may open a lesson is decided above; here that a study needs access."""

from django.http import Http404

from accounts.models import User
from accounts.queries import has_access
from imaging.coursework.errors import NotMadeYet, NotReadable
from imaging.reading.errors import StudyClosed
from imaging.reading.models import Reading
from imaging.studies.models import Study, StudyPurpose, StudyStatus


def get_course_study(study_id: int) -> Study:
    """Whatever its state. Raises Http404 for a study that is not of a course."""
    study = Study.objects.filter(pk=study_id, purpose=StudyPurpose.COURSE).first()
    if study is None:
        raise Http404("There is no such study.")
    return study


def find_reading(user: User, study: Study) -> Reading | None:
    """What this learner began or locked of it: it is read once."""
    return Reading.objects.filter(user=user, study=study).order_by("pk").first()


def require_readable(user: User, study: Study) -> None:
    """Raises StudyClosed, NotMadeYet and NotReadable."""
    if not has_access(user):
        raise StudyClosed
    if study.status in (StudyStatus.WAITING, StudyStatus.MAKING) and not study.is_withdrawn:
        raise NotMadeYet
    if not Study.objects.readable().filter(pk=study.pk).exists():
        raise NotReadable
