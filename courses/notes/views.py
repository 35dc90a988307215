"""A learner's notes. Nobody else sees them; another's are not there."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest, is_signed_in
from core.http import post_only
from courses.errors import LearningError
from courses.learning.views.locked import show_locked
from courses.models import Lesson, LessonRendering, Note
from courses.notes import queries as own
from courses.notes import services
from courses.notes.export import to_markdown
from courses.notes.forms import KINDS, FilterForm, KeptForm, NoteForm, TextForm
from courses.writing.errors import LessonLocked
from courses.writing.queries import get_lesson_for

PER_PAGE = 20  # lessons


def list_of(request: AuthenticatedRequest, lesson: Lesson, *, kept: str = "") -> HttpResponse:
    """The notes of a lesson as they stand in its page."""
    context = {"notes": own.get_notes_for(request.user, lesson=lesson), "kept": kept}
    return render(request, "courses/notes/_list.html", context)


def refused(form: TextForm | KeptForm) -> HttpResponse:
    """What is wrong, in the words that the page shows."""
    words = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_notes(request: AuthenticatedRequest, course: str, lesson: str) -> HttpResponse:
    """One lesson's notes: a list in the lesson's page, and a page of its own where there is no script."""
    try:
        text = get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return show_locked(request, locked)
    form = NoteForm(request.POST if request.method == "POST" else None)
    note = write(request, form, text) if form.is_bound else None
    if request.htmx:
        return refused(form) if form.errors else list_of(request, text.lesson)
    if note:
        return redirect(f"{request.path}#n-{note.pk}")
    notes = own.get_notes_for(request.user, lesson=text.lesson)
    context = {"lesson": text.lesson, "course": text.lesson.module.course, "notes": notes, "form": form}
    return render(request, "courses/notes/lesson.html", context, status=400 if form.errors else 200)


def write(request: AuthenticatedRequest, form: NoteForm, text: LessonRendering) -> Note | None:
    """What is refused stands in the form."""
    if not form.is_valid():
        return None
    try:
        return services.write_note(user=request.user, text=text, **form.content)
    except LearningError as error:
        form.add_error(None, str(error))
        return None


@never_cache
@login_required
@require_safe
def notes(request: AuthenticatedRequest) -> HttpResponse:
    """Every note by course and lesson."""
    form = FilterForm(request.GET)
    form.is_valid()
    course, kind = (form.cleaned_data.get(name, "") for name in ("course", "kind"))
    found = own.get_all_notes(request.user, course=course, kind=kind)
    pages = Paginator([(group.course, lesson) for group in found for lesson in group.lessons], PER_PAGE)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "courses": own.get_courses_with_notes(request.user),
        "kinds": KINDS,
        "course": course,
        "kind": kind,
    }
    return render(request, "courses/notes/notes.html", context)


@never_cache
@login_required
@require_safe
def notes_export(request: AuthenticatedRequest) -> HttpResponse:
    """Every note, or those of one course, as a Markdown file."""
    form = FilterForm(request.GET)
    form.is_valid()
    course = form.cleaned_data.get("course", "")
    text = to_markdown(own.get_all_notes(request.user, course=course), site=settings.SITE_URL)
    name = f"{slugify(f'notes {course}')}-{localdate():%Y-%m-%d}.md"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: AuthenticatedRequest, note_id: int) -> HttpResponse:
    """Write a note anew. It stays its owner's when the lesson is closed."""
    found = own.get_note_for(request.user, note_id)
    form = TextForm(request.POST if request.method == "POST" else None, initial={"text": found.text})
    if form.is_bound and form.is_valid():
        try:
            services.change_note(note=found, written=form.cleaned_data["text"])
        except LearningError as error:
            form.add_error("text", str(error))
    if request.htmx and form.is_bound:
        return refused(form) if form.errors else list_of(request, found.lesson)
    if form.is_bound and not form.errors:
        return redirect(f"{reverse('notes')}#n-{found.pk}")
    return render(request, "courses/notes/edit.html", {"note": found, "form": form}, status=400 if form.errors else 200)


@post_only("note", "note_id")
def note_delete(request: HttpRequest, note_id: int) -> HttpResponse:
    if not is_signed_in(request):
        return redirect_to_login(reverse("notes"))
    found = own.get_note_for(request.user, note_id)
    kept = services.delete_note(note=found)
    if request.htmx:
        return list_of(request, found.lesson, kept=kept)
    return render(request, "courses/notes/deleted.html", {"note": found, "kept": kept})


@post_only("notes")
def note_restore(request: HttpRequest) -> HttpResponse:
    """Undo the deletion of a note."""
    if not is_signed_in(request):
        return redirect_to_login(reverse("notes"))
    form = KeptForm(request.POST)
    restored = None
    if form.is_valid():
        try:
            restored = services.restore_note(user=request.user, kept=form.cleaned_data["kept"])
        except LearningError as error:
            form.add_error(None, str(error))
    if request.htmx:
        return list_of(request, restored.lesson) if restored else refused(form)
    if restored:
        return redirect(f"{reverse('notes')}#n-{restored.pk}")
    return render(request, "courses/notes/deleted.html", {"form": form}, status=400)
