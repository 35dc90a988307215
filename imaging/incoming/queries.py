from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from imaging.incoming.models import IncomingImage
from imaging.studies.models import Study, StudySource, StudyStatus


def get_draft(pk: int) -> Study:
    """A real case that is not finished; any other is not there (404)."""
    return get_object_or_404(Study, pk=pk, source=StudySource.REAL, status=StudyStatus.DRAFT)


def get_image(pk: int) -> IncomingImage:
    """Of such a case."""
    images = IncomingImage.objects.select_related("study", "view")
    return get_object_or_404(images, pk=pk, study__status=StudyStatus.DRAFT)


def list_images(study: Study) -> QuerySet[IncomingImage]:
    return study.incoming.select_related("study")
