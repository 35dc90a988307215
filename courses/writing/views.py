from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.storage import hand_out
from courses.writing.errors import LessonLocked
from courses.writing.queries import get_figure_for


@require_safe
def figure(request: HttpRequest, lesson_id: int, image_id: int) -> HttpResponseBase:
    try:
        image = get_figure_for(request.user, lesson_id=lesson_id, image_id=image_id)
    except LessonLocked:
        return HttpResponse(_("This figure opens with its lesson."), status=403, content_type="text/plain")
    return hand_out(str(image.file.name))
