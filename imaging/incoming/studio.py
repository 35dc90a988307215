"""The studio's screens of real cases: rights, images, a look at each, and the signature."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from core.storage import hand_out
from imaging.errors import ImagingError
from imaging.incoming import services
from imaging.incoming.forms import CaseForm, SignForm, SureForm, UploadForm, ViewForm
from imaging.incoming.models import IncomingImage
from imaging.incoming.queries import get_draft, get_image, list_images
from imaging.studies.models import Study

for_imaging = for_staff("imaging.change_study")


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("imaging.import_study", _("Import study"), _("Study imported"))
    actions.register_action("imaging.draft_study", _("Begin real case"), _("Real case begun"))
    actions.register_action("imaging.take_image", _("Take image"), _("Image taken in"))
    actions.register_action("imaging.name_view", _("Name view"), _("View named"))
    actions.register_action("imaging.sign_image", _("Sign image"), _("Image signed: no text over it, right to use it"))
    actions.register_action("imaging.finish_study", _("Finish real case"), _("Real case finished"))
    actions.register_action("imaging.discard_image", _("Discard image"), _("Image discarded"))
    actions.register_action("imaging.discard_study", _("Discard real case"), _("Real case discarded"))


@for_imaging
def add(request: StaffRequest) -> HttpResponse:
    form = CaseForm(sent(request))
    if form.is_valid():
        study = services.draft_study(**form.cleaned_data, by=request.user)
        return redirect("incoming", study.pk)
    act = Act(
        title=gettext("Add a real case"),
        about=gettext("For mammograms of a patient that you have the right to show."),
        consequences=[
            gettext("Next you send the images, DICOM or PNG. Each is rebuilt without names, dates and numbers."),
            gettext("You look at each image and sign that no text lies over it. Nobody reads the case before that."),
        ],
        button=gettext("Go on to the images"),
        back_to=reverse("studies"),
        icon="image",
    )
    return ask(request, act, form)


@for_imaging
def case(request: StaffRequest, pk: int) -> HttpResponse:
    return show_case(request, get_draft(pk), UploadForm())


def show_case(request: StaffRequest, study: Study, form: UploadForm, *, status: int = 200) -> HttpResponse:
    images = list(list_images(study))
    context = {
        "study": study,
        "images": images,
        "form": form,
        "is_whole": bool(images) and all(image.is_signed for image in images),
    }
    return render(request, "imaging/incoming/studio/case.html", context, status=status)


@for_imaging
def upload(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_draft(pk)
    if request.method != "POST":
        return redirect("incoming", pk)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_case(request, study, form, status=422)
    try:
        with on_disk(form.cleaned_data["file"]) as file:
            image = services.take_image(study=study, path=file, by=request.user)
    except ImagingError as error:
        form.add_error("file", gettext("It was not taken in: {reason} Nothing of it is kept.").format(reason=error))
        return show_case(request, study, form, status=422)
    messages.success(request, gettext("The image is in. Look at it, and sign."))
    return redirect("incoming_image", image.pk)


@contextmanager
def on_disk(file: "UploadedFile[bytes]") -> Iterator[Path]:
    """Small uploads are in memory. Its name is not asked for: it often is the patient's."""
    with NamedTemporaryFile(dir=settings.WORK_DIR) as work:
        for chunk in file.chunks():
            work.write(chunk)
        work.flush()
        yield Path(work.name)


@for_imaging
def image(request: StaffRequest, pk: int) -> HttpResponse:
    """POST names the view."""
    found = get_image(pk)
    form = ViewForm(sent(request), initial=vars(found))
    if form.is_valid():
        try:
            services.name_view(image=found, **form.cleaned_data, by=request.user)
        except ImagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("Kept."))
        return redirect("incoming_image", pk)
    return show_image(request, found, form, SignForm(initial={"name": request.user.name}))


def show_image(request: StaffRequest, found: IncomingImage, form: ViewForm, signing: SignForm) -> HttpResponse:
    context = {"image": found, "form": form, "signing": signing}
    status = 422 if form.is_bound or signing.is_bound else 200
    return render(request, "imaging/incoming/studio/image.html", context, status=status)


@for_imaging
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_image(pk)
    if request.method != "POST":
        return redirect("incoming_image", pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        return show_image(request, found, ViewForm(initial=vars(found)), form)
    try:
        services.sign_image(image=found, name=form.cleaned_data["name"], by=request.user)
    except ImagingError as error:
        messages.error(request, str(error))
        return redirect("incoming_image", pk)
    messages.success(request, gettext("Signed."))
    return redirect("incoming", found.study_id)


@for_imaging
def preview(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The only file of an image on its way that is ever sent, and to staff alone."""
    response = hand_out(str(get_image(pk).preview))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@for_imaging
def discard_image(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_image(pk)
    if request.method == "POST":
        try:
            services.discard_image(image=found, by=request.user)
        except ImagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The image is discarded."))
    return redirect("incoming", found.study_id)


@for_imaging
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_draft(pk)
    if request.method != "POST":
        return redirect("incoming", pk)
    try:
        services.finish_study(study=study, by=request.user)
    except ImagingError as error:
        messages.error(request, str(error))
        return redirect("incoming", pk)
    messages.success(request, gettext("{study} is finished. It is read once it has a truth.").format(study=study))
    return redirect("studies")


@for_imaging
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_draft(pk)
    if request.method == "POST":
        try:
            services.discard_study(study=study, by=request.user)
        except ImagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The case is discarded, with its images."))
        return redirect("studies")
    act = Act(
        title=gettext("Discard {study}").format(study=study),
        about=gettext("For a case that should not come in after all."),
        consequences=[
            gettext("Its images and what was said of them are deleted, the signed ones, too."),
            gettext("This cannot be undone; the files can be sent again."),
        ],
        button=gettext("Discard it"),
        back_to=reverse("incoming", args=[pk]),
        is_serious=True,
    )
    return ask(request, act, SureForm())


@hooks.register("register_admin_urls")
def register_incoming_urls() -> list[URLPattern]:
    return [
        path("studies/incoming/", add, name="incoming_add"),
        path("studies/incoming/<int:pk>/", case, name="incoming"),
        path("studies/incoming/<int:pk>/upload/", upload, name="incoming_upload"),
        path("studies/incoming/<int:pk>/finish/", finish, name="incoming_finish"),
        path("studies/incoming/<int:pk>/discard/", discard, name="incoming_discard"),
        path("studies/incoming/images/<int:pk>/", image, name="incoming_image"),
        path("studies/incoming/images/<int:pk>/preview.webp", preview, name="incoming_preview"),
        path("studies/incoming/images/<int:pk>/sign/", sign, name="incoming_sign"),
        path("studies/incoming/images/<int:pk>/discard/", discard_image, name="incoming_image_discard"),
    ]
