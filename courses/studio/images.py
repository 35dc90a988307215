"""Images in the studio: their files stay, for older revisions show them, and so does what is shown anywhere."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.images.models import Image
from wagtail.images.views import images, multiple
from wagtail.models import Revision

from core.keeping import KEPT_BY, is_kept
from core.studio import tell_kept
from courses.assessment.models.questions import Question
from courses.studio.queries import get_ids_in_lessons
from courses.studio.writing import RefusesToDelete, why_it_is_kept


def get_used_image_ids() -> set[int]:
    questions = Revision.objects.filter(base_content_type=ContentType.objects.get_for_model(Question))
    asked = questions.exclude(content__image=None).values_list("content__image", flat=True)
    fresh = questions.exclude(content__fresh_pictures=None).values_list("content__fresh_pictures", flat=True)
    shown = {int(picture["image"]["id"]) for pictures in fresh for picture in pictures or []}
    return get_ids_in_lessons("image") | {int(number) for number in asked if number} | shown


KEPT_BY[Image].append(lambda image: image.pk in get_used_image_ids())


class ImageEditView(images.EditView):
    def get_form(self, *args: Any, **kwargs: Any) -> ModelForm[Image]:
        """Older revisions show this file, and browsers keep it for a week under the image's number."""
        form: ModelForm[Image] = super().get_form(*args, **kwargs)
        form.fields["file"].disabled = True
        form.fields["file"].help_text = gettext("The file cannot be replaced. To use another one, add a new image.")
        return form


class ImageDeleteView(RefusesToDelete, images.DeleteView):
    edit_url_name = "wagtailimages:edit"


class UploadedImageDeleteView(multiple.DeleteView):
    """The button beside an upload that has just ended."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        image = get_object_or_404(Image, pk=kwargs[self.pk_url_kwarg])
        if is_kept(image):
            return JsonResponse(
                {"success": False, "error_message": tell_kept(image, why_it_is_kept(image))}, status=400
            )
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


@hooks.register("register_admin_urls", order=-1)
def come_before_wagtails_image_views() -> list[URLPattern]:
    """Wagtail has no hooks in these views; the addresses are its own."""
    return [
        path("images/<int:image_id>/", ImageEditView.as_view()),
        path("images/<int:image_id>/delete/", ImageDeleteView.as_view()),
        path("images/multiple/<int:image_id>/delete/", UploadedImageDeleteView.as_view()),
    ]
