"""Videos in the studio: adding one, watching it being made ready, trying again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.log_actions import log
from wagtail.snippets.views import snippets

from core.http import post_only
from core.keeping import KEPT_BY
from core.studio import refuse_to_delete
from courses.errors import LearningError
from courses.studio.queries import get_ids_in_lessons
from courses.videos import services as videos
from courses.videos.captions import MAX_CAPTIONS, decode_captions, normalize, read_captions
from courses.videos.models import Video
from courses.videos.probing import LIMITS, MAX_BYTES
from courses.writing import services as authoring
from courses.writing.models import LessonRendering

MAY_CHANGE = "courses.change_video"
GUESSED = gettext_lazy(
    "The captions file was not saved as Unicode and was read as Windows text: look at letters with accents. "
    "Where they are wrong, save the file as UTF-8 and add it again."
)
KEPT_BECAUSE = gettext_lazy("A lesson shows it, or an earlier version of a lesson that is kept.")
HTMX = ["vendor/js/htmx.min.js"]
CAPTIONS_HELP = gettext_lazy(
    "WebVTT or SubRip. No lesson is published without them: credit requires captions. Browsers get them as WebVTT."
)
# In the session of the author.
REFUSED_CAPTIONS = "refused_captions"


KEPT_BY[Video].append(lambda video: video.pk in get_ids_in_lessons("video"))


def is_shown(video: Video) -> bool:
    """Whether learners can see it now."""
    texts = LessonRendering.objects.published()
    return any(video.pk in ids for ids in texts.values_list("video_ids", flat=True))


class VideoForm(WagtailAdminModelForm):
    """Wrong captions do not refuse a new video, which may have taken long to send: it is added without them."""

    captions_file = forms.FileField(
        label=gettext_lazy("Captions file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("A file in WebVTT (.vtt) or SubRip (.srt); it replaces what stands below."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = ""
        self.refused_captions = ""
        self.notices: list[str] = []
        video = self.fields["original"]
        if self.instance.pk:
            video.disabled = True
            video.widget = forms.TextInput()
            video.help_text = _("The video cannot be replaced. To use another one, add a new video.")
        else:
            video.widget = forms.FileInput(attrs={"accept": "video/*,.mkv"})
            video.help_text = _("MP4, MOV, M4V, WebM or MKV; at most %(limit)s MB and %(minutes)s minutes.") % LIMITS

    def clean_original(self) -> Any:
        video = self.cleaned_data["original"]
        if isinstance(video, UploadedFile) and (video.size or 0) > MAX_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Export it with a lower rate, or in parts.") % LIMITS
            )
        return video

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        given = cleaned.get("captions_file")
        try:
            captions = self.read_upload(given) if given else cleaned.get("captions", "")
            cleaned["captions"] = normalize(captions).rstrip("\n")
            if captions.strip():
                self.notices += read_captions(cleaned["captions"]).notices
            elif self.instance.pk and is_shown(self.instance):
                raise ValidationError(
                    _("A published lesson shows this video: its captions can be changed, not removed.")
                )
        except ValidationError as error:
            if self.instance.pk or self.errors:
                self.add_error("captions_file" if given else "captions", error)
            else:
                self.refused = " ".join(error.messages)
                self.refused_captions, cleaned["captions"] = cleaned.get("captions", ""), ""
        return cleaned

    def read_upload(self, file: "UploadedFile[Any]") -> str:
        if not file.size:
            raise ValidationError(_("The captions file is empty."))
        captions = decode_captions(bytes(file.read(4 * MAX_CAPTIONS + 1)))
        if captions.is_guess:
            self.notices.append(str(GUESSED))
        return captions.text


def tell_notices(request: HttpRequest, form: VideoForm) -> None:
    """What the reader of captions left out or put right, where its author goes on."""
    if form.notices:
        messages.warning(request, " ".join([_("About the captions:"), *form.notices]))


# --- How far it is ----------------------------------------------------------------------------------


class StateColumn(Column):
    cell_template_name = "courses/videos/studio/state_cell.html"

    class Media:
        js = HTMX


class StatePanel(Panel):
    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/videos/studio/state_panel.html"

        class Media:
            js = HTMX

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "video": self.instance, "csrf_token": get_token(self.request)}


@require_admin_access
@permission_required(MAY_CHANGE)
@require_safe
def show_state(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "courses/videos/studio/_state.html", {"video": get_object_or_404(Video, pk=pk)})


@post_only("video_state", "pk")
@require_admin_access
@permission_required(MAY_CHANGE)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    video = get_object_or_404(Video, pk=pk)
    try:
        videos.retry_video(video_id=video.pk)
    except LearningError as refused:
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    return redirect("video_state", video.pk)


@hooks.register("register_admin_urls")
def register_video_urls() -> list[URLPattern]:
    return [
        path("videos/<int:pk>/", show_state, name="video_state"),
        path("videos/<int:pk>/retry/", retry, name="video_retry"),
    ]


# --- The screens ------------------------------------------------------------------------------------


class VideoListView(snippets.IndexView):
    @property
    def columns(self) -> list[BaseColumn]:
        # The only thing to do in bulk would be to delete.
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class VideoCreateView(snippets.CreateView):
    def save_instance(self) -> Video:
        video: Video = super().save_instance()
        videos.start_video(video_id=video.pk)
        return video

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()
        tell_notices(self.request, self.form)
        if self.form.refused:
            told = _("The video is kept, without its captions: correct them here, and save.")
            messages.error(self.request, f"{told} {self.form.refused}")
            captions = self.form.refused_captions
            self.request.session[REFUSED_CAPTIONS] = [self.object.pk, captions if len(captions) <= MAX_CAPTIONS else ""]
        return response

    def get_success_url(self) -> str:
        """Where its author sees how far it is."""
        return str(self.get_edit_url())


class VideoEditView(snippets.EditView):
    def get_form_kwargs(self) -> dict[str, Any]:
        """Who comes from adding a video finds the captions that were refused, with what is wrong, once."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        pk, captions = self.request.session.get(REFUSED_CAPTIONS, (None, ""))
        if pk == self.object.pk:
            del self.request.session[REFUSED_CAPTIONS]
            if captions and self.request.method == "GET":
                kwargs["data"] = {"title": self.object.title, "captions": captions}
        return kwargs

    def save_instance(self) -> Video:
        """Title and captions stand in the lessons that show it. The rest is the worker's, which may be at it."""
        video: Video = self.form.save(commit=False)
        video.save(update_fields=["title", "captions"])
        log(video, "wagtail.edit", user=self.request.user, content_changed=self.form.has_changed())
        authoring.render_again(video_id=video.pk)
        tell_notices(self.request, self.form)
        return video


class VideoDeleteView(snippets.DeleteView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        edit = reverse(self.edit_url_name, args=[quote(self.object.pk)])
        refused = refuse_to_delete(request, [self.object], because=lambda video: str(KEPT_BECAUSE), back_to=edit)
        return refused or super().dispatch(request, *args, **kwargs)

    def delete_action(self) -> None:
        videos.delete_video(video=self.object)


class VideoViewSet(snippets.SnippetViewSet):
    model = Video
    icon = "media"
    index_view_class = VideoListView
    add_view_class = VideoCreateView
    edit_view_class = VideoEditView
    delete_view_class = VideoDeleteView
    copy_view_enabled = False
    list_per_page = 50
    list_display = [
        "title",
        StateColumn("status", label=gettext_lazy("State"), accessor=lambda video: video, width="40%"),
        Column(
            "captions", label=gettext_lazy("Captions"), accessor=lambda video: _("Yes") if video.captions else _("None")
        ),
        DateColumn("created_at", label=gettext_lazy("Added"), sort_key="created_at"),
    ]
    list_filter = ["status"]
    search_fields = ["title"]
    kept_because = KEPT_BECAUSE
    edit_handler = ObjectList(
        [
            StatePanel(),
            FieldPanel("title"),
            FieldPanel("original"),
            MultiFieldPanel(
                [FieldPanel("captions_file"), FieldPanel("captions", help_text=CAPTIONS_HELP)], gettext_lazy("Captions")
            ),
        ],
        base_form_class=VideoForm,
    )
