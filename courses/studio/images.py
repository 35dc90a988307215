"""Images in the studio: what Wagtail's own screens of them lack."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.images.models import Image
from wagtail.images.views import images, multiple

from core.keeping import is_kept
from core.studio import tell_kept
from courses.studio.writing import RefusesToDelete, why_it_is_kept


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
