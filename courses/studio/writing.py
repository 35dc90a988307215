from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn, Column, StatusTagColumn, UpdatedAtColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.images.models import Image
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from core.faults import Fault, tell_each
from core.keeping import KEPT_BY
from core.studio import get_viewset, refuse_to_delete, see_what_came_between
from courses.assessment.models.questions import Question
from courses.assessment.services.objectives import keep_objectives
from courses.assessment.studio import QUESTION_PANELS, QuestionForm
from courses.faults.checking import check_live_courses
from courses.faults.studio import make_panel
from courses.reports.queries import with_answers
from courses.reports.studio import StatisticsPanel, tell_answers
from courses.search.models import Synonyms
from courses.studio.choosing import WritingChooserViewSet
from courses.studio.forms import CourseForm, LessonForm, ModuleForm
from courses.studio.placing import (
    PlacePanel,
    Preselects,
    TakesPlace,
    get_copy_address,
    get_outline_address,
    list_outline_buttons,
    list_ways_to_outline,
)
from courses.studio.queries import (
    get_ids_in_lessons,
    get_lessons_that_lost,
    get_status,
    in_brief,
)
from courses.timing.studio import TimePanel
from courses.videos.models import Video
from courses.videos.studio import VideoViewSet
from courses.writing.beginning import begin_course, list_objectives
from courses.writing.models import Course, Lesson, Module
from reviews.studio.editing import LeadsToReview, list_review_buttons

MAY_WRITE_LESSONS = "courses.change_lesson"
IMAGE_KEPT_BECAUSE = _("A lesson, a question or a guide shows it, or an earlier version of one that is kept.")


# --- What all of them share -------------------------------------------------------------------------


def get_live_address(row: Model) -> str:
    """Where learners read it; nothing while they cannot."""
    return str(row.get_absolute_url()) if isinstance(row, Lesson | Course) and row.live else ""


class StatusColumn(StatusTagColumn):
    """Wagtail's own asks a question of the database for each row."""

    def __init__(self) -> None:
        super().__init__(
            "status",
            label=gettext("Status"),
            accessor=get_status,
            sort_key="live",
            primary=lambda row: row.live,
            width="12%",
        )


class ListView(snippets.IndexView):
    @property
    def columns(self) -> list[BaseColumn]:
        # The only thing to do in bulk would be to delete.
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def get_list_more_buttons(self, instance: Model) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if address := get_live_address(instance):
            buttons.append(Button(gettext("View live"), url=address, icon_name="view", priority=15))
        if address := get_outline_address(instance):
            buttons.append(Button(gettext("Outline"), url=address, icon_name="list-ul", priority=14))
        if address := get_copy_address(instance):
            buttons.append(Button(gettext("Duplicate"), url=address, icon_name="copy", priority=16))
        return buttons


def get_buttons_to_learners_page(saved: Model) -> list[Any]:
    """A way to what learners see, in the message after publishing."""
    row = type(saved)._default_manager.filter(pk=saved.pk).first()
    address = get_live_address(row) if row else ""
    return [messages.button(address, gettext("View live"))] if address else []


class CreateView(LeadsToReview, Preselects, snippets.CreateView):
    def get_success_buttons(self) -> list[Any]:
        ways = [*get_buttons_to_learners_page(self.object), *list_ways_to_outline(self.object)]
        return [*super().get_success_buttons(), *ways]


class EditView(LeadsToReview, snippets.EditView):
    @property
    def header_buttons(self) -> list[Any]:
        address = get_live_address(self.live_object)
        link = HeaderButton(gettext("View live"), url=address, icon_name="view")
        ways = [*list_outline_buttons(self.live_object), *list_review_buttons(self.live_object)]
        if copied := get_copy_address(self.live_object):
            ways.append(HeaderButton(gettext("Duplicate"), url=copied, icon_name="copy"))
        return [*super().header_buttons, *ways, *([link] if address else [])]

    def get_success_buttons(self) -> list[Any]:
        ways = [*get_buttons_to_learners_page(self.object), *list_ways_to_outline(self.object)]
        return [*super().get_success_buttons(), *ways]

    def save_instance(self) -> Any:
        """A draft that keeps itself gives way; what its author sends is saved. Wagtail begins the transaction."""
        if self.draftstate_enabled and see_what_came_between(self.form.instance) and self.expects_json_response:
            raise PermissionDenied(gettext("A newer version was saved meanwhile."))
        return super().save_instance()


KEPT_BY[Question].append(lambda question: question.pk in get_ids_in_lessons("question"))


class RefusesToDelete(generic.DeleteView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refuse() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refuse() or super().post(request, *args, **kwargs)

    def refuse(self) -> HttpResponse | None:
        edit = reverse(self.edit_url_name, args=[quote(self.object.pk)])
        return refuse_to_delete(self.request, [self.object], because=why_it_is_kept, back_to=edit)


class DeleteView(RefusesToDelete, snippets.DeleteView):
    pass


def why_it_is_kept(row: Model) -> str:
    viewset: Any = None if isinstance(row, Image) else get_viewset(row)
    return str(viewset.kept_because if viewset else IMAGE_KEPT_BECAUSE)


@hooks.register("before_bulk_action")
def refuse_to_delete_in_bulk(
    request: HttpRequest, action_type: str, rows: list[Model], action: Any
) -> HttpResponse | None:
    if action_type != "delete":
        return None
    guarded = [row for row in rows if isinstance(row, Lesson | Question | Course | Module | Image | Video)]
    return refuse_to_delete(request, guarded, because=why_it_is_kept, back_to=action.next_url)


class WritingViewSet(snippets.SnippetViewSet):
    index_view_class = ListView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
    chooser_viewset_class = WritingChooserViewSet
    list_per_page = 50
    copy_view_enabled = False
    search_fields: list[str]
    kept_because: str | Promise = ""


# --- Each -------------------------------------------------------------------------------------------


class LeadsToVideos:
    """What is wrong with a video is mended on its own page: a refused lesson leads there."""

    request: HttpRequest
    expects_json_response: bool

    def form_invalid(self, form: Any) -> HttpResponse:
        if not self.expects_json_response:
            videos = [block.value["video"] for block in form["body"].value() if block.block_type == "video"]
            for video in dict.fromkeys(video for video in videos if video and video.obstacle):
                address = reverse("wagtailsnippets_courses_video:edit", args=[video.pk])
                button = messages.button(address, gettext("Open the video"), new_window=True)
                messages.error(self.request, video.obstacle, buttons=[button])
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response


class LessonCreateView(LeadsToVideos, TakesPlace, CreateView):
    preselected = ("module",)


class LessonEditView(LeadsToVideos, TakesPlace, EditView):
    pass


class LessonViewSet(WritingViewSet):
    model = Lesson
    add_view_class = LessonCreateView
    edit_view_class = LessonEditView
    edit_handler = ObjectList(
        [make_panel(), *Lesson.panels, MultiFieldPanel([PlacePanel()], _("In the outline"))],
        base_form_class=LessonForm,
    )
    icon = "doc-full"
    list_display = [
        "__str__",
        Column(
            "course",
            label=_("Course"),
            accessor=lambda lesson: lesson.module_id and lesson.module.course.title,
            sort_key="module__course__title",
        ),
        Column("module", label=_("Module"), accessor=lambda lesson: lesson.module_id and lesson.module.title),
        Column(
            "is_preview",
            label=_("Open to"),
            accessor=lambda lesson: gettext("Everyone") if lesson.is_preview else gettext("Members"),
        ),
        StatusColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = ["module__course", "live", "is_preview"]
    search_fields = ["title", "summary", "slug", "module__title"]
    kept_because = _(
        "It was published, or learners have progress in it. Unpublish it instead: "
        "learners no longer see it, and what they did stays."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        """By course, module and place, as learners meet them."""
        return in_brief(Lesson).select_related("module__course").defer("module__course__description")


class QuestionListView(ListView):
    @property
    def header_more_buttons(self) -> list[Any]:
        address = reverse("question_imports")
        buttons = [Button(gettext("Import"), url=address, icon_name="upload", priority=20)]
        buttons.append(Button(gettext("Export"), url=reverse("question_export"), icon_name="download", priority=30))
        return [*super().header_more_buttons, *buttons]

    def get_list_more_buttons(self, instance: Model) -> list[Any]:
        address = reverse("question_regrade", args=[quote(instance.pk)])
        marking = Button(gettext("Mark attempts again"), url=address, icon_name="rotate", priority=25)
        return [*super().get_list_more_buttons(instance), marking]


def stem_in_brief(question: Question) -> str:
    return Truncator(strip_tags(question.stem)).chars(110)


class Asks:
    """A view whose form asks before something goes, and cannot ask when a draft keeps itself."""

    expects_json_response: bool

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(*args, **kwargs)  # type: ignore[misc]
        form.keeps_itself = self.expects_json_response
        return form


class QuestionCreateView(Asks, CreateView):
    preselected = ("course", "objective")


class QuestionEditView(Asks, EditView):
    pass


class QuestionViewSet(WritingViewSet):
    model = Question
    index_view_class = QuestionListView
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    icon = "help"
    list_display = [
        "__str__",
        Column("stem", label=_("Stem"), accessor=stem_in_brief, width="40%"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("use", label=_("Use"), accessor="get_use_display", sort_key="use"),
        Column("lesson", label=_("Lesson"), accessor="lesson.title", sort_key="lesson__title"),
        Column("answers", label=_("Answers"), accessor=tell_answers),
        StatusColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = ["course", "kind", "use", "live"]
    search_fields = ["key", "stem", "choices__text"]
    edit_handler = ObjectList(
        [make_panel(), *QUESTION_PANELS, MultiFieldPanel([StatisticsPanel()], _("How learners answered"))],
        base_form_class=QuestionForm,
    )
    kept_because = _(
        "Learners were asked this question, or a lesson contains it. Unpublish it instead: nobody is asked it "
        "any more, and their answers stay."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return with_answers(in_brief(Question).select_related("lesson").defer("lesson__body")).distinct()


class KeepsObjectives(Asks):
    """The questions of a new course are written before it is published, and belong to its objectives."""

    form: Any
    request: Any
    expects_json_response: bool

    def save_instance(self) -> Course:
        begins = not self.expects_json_response and self.form.begins_with_parts
        if begins and not self.form.instance.objectives.strip():
            self.form.instance.objectives = list_objectives()
        course: Course = super().save_instance()  # type: ignore[misc]
        if not course.live:
            keep_objectives(course.pk, course.objective_list, keeps_asked=self.expects_json_response)
        if begins:
            begin_course(course_id=course.pk, by=self.request.user)
        return course


class CourseCreateView(KeepsObjectives, CreateView):
    pass


class CourseEditView(KeepsObjectives, EditView):
    pass


class CourseListView(ListView):
    """The screens of packages lie above this one, and are known by their addresses alone."""

    @property
    def header_more_buttons(self) -> list[Any]:
        button = Button(gettext("Import a package"), url=reverse("packages"), icon_name="upload", priority=20)
        return [*super().header_more_buttons, button]

    def get_list_more_buttons(self, instance: Model) -> list[Any]:
        address = reverse("package_export", args=[quote(instance.pk)])
        button = Button(gettext("Export as a package"), url=address, icon_name="download", priority=25)
        return [*super().get_list_more_buttons(instance), button]


class CourseViewSet(WritingViewSet):
    model = Course
    index_view_class = CourseListView
    add_view_class = CourseCreateView
    edit_view_class = CourseEditView
    edit_handler = ObjectList(
        [
            make_panel(),
            FieldPanel("begin_with"),
            FieldPanel("lets_go"),
            *Course.panels,
            MultiFieldPanel([TimePanel()], _("Time")),
        ],
        base_form_class=CourseForm,
    )
    icon = "openquote"
    list_display = ["__str__", "position", "minutes", "passing_score", StatusColumn(), UpdatedAtColumn()]
    search_fields = ["title", "summary"]
    kept_because = _(
        "Modules, questions, learners or an accredited activity belong to it. Unpublish it instead: "
        "learners no longer see it, and what they did stays."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        return in_brief(Course)


class ModuleCreateView(TakesPlace, CreateView):
    preselected = ("course",)


class ModuleEditView(TakesPlace, EditView):
    pass


class ModuleUnpublishView(snippets.UnpublishView):
    """What learners see of a module are its lessons, and those are taken off."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        told = gettext("Learners see a module by its lessons: unpublish those, and it goes with the last.")
        messages.error(request, told)
        return redirect("wagtailsnippets_courses_module:edit", self.pk)


class ModuleViewSet(WritingViewSet):
    model = Module
    add_view_class = ModuleCreateView
    edit_view_class = ModuleEditView
    unpublish_view_class = ModuleUnpublishView
    edit_handler = ObjectList([make_panel(), *Module.panels], base_form_class=ModuleForm)
    icon = "folder-open-inverse"
    list_display = [
        "title",
        Column("course", label=_("Course"), accessor="course.title"),
        StatusColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = ["course"]
    search_fields = ["title", "course__title"]
    kept_because = _("Lessons stand in it. Move them to another module first.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Module]:
        return in_brief(Module).select_related("course").defer("course__description")


class SynonymsViewSet(WritingViewSet):
    model = Synonyms
    icon = "search"
    menu_label = _("Search synonyms")
    list_display = ["words"]
    search_fields = ["words"]


class CoursesGroup(snippets.SnippetViewSetGroup):
    items = (LessonViewSet, QuestionViewSet, CourseViewSet, ModuleViewSet, VideoViewSet, SynonymsViewSet)
    menu_label = _("Courses")
    menu_icon = "openquote"
    menu_order = 100


register_snippet(CoursesGroup)


@hooks.register("construct_snippet_action_menu")
def offer_to_publish_first(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Drafts are saved without being asked: who may publish finds that on the button, and the rest behind the arrow."""
    items.sort(key=lambda item: item.name != "action-publish")


# --- What a change leaves behind --------------------------------------------------------------------


@hooks.register("after_publish")
@hooks.register("after_unpublish")
def warn_of_courses(request: HttpRequest, row: Model) -> None:
    """Taking off is never refused, for what is wrong must go at once; whoever does it hears what is missing now."""
    fresh = Question.objects.filter(pk=row.pk).first() if isinstance(row, Question) else None
    for lesson in get_lessons_that_lost(fresh) if fresh else ():
        told = gettext("The lesson “{lesson}” has this question as a check: readers find none there now.")
        edit = reverse("wagtailsnippets_courses_lesson:edit", args=[lesson.pk])
        button = messages.button(edit, gettext("Open the lesson"))
        messages.warning(request, told.format(lesson=lesson), buttons=[button])
    if isinstance(row, Lesson | Question):
        for course, faults in check_live_courses():
            messages.warning(request, tell_trouble(course, faults), buttons=[button_to_course(course)])


@hooks.register("after_delete_snippet")
def warn_after_deleting(request: HttpRequest, rows: list[Model]) -> None:
    for row in rows[:1]:
        warn_of_courses(request, row)


def tell_trouble(course: Course, faults: list[Fault]) -> str:
    return gettext("“{course}” is live. {faults}").format(course=course, faults=" ".join(tell_each(faults)))


def button_to_course(course: Course) -> Any:
    return messages.button(reverse("wagtailsnippets_courses_course:edit", args=[course.pk]), gettext("Open the course"))


class LessonSearchArea(SearchArea):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_WRITE_LESSONS)


@hooks.register("register_admin_search_area")
def register_lesson_search() -> SearchArea:
    """First of all areas, so that the search in the sidebar is one in lessons."""
    return LessonSearchArea(
        _("Lessons"), reverse("wagtailsnippets_courses_lesson:list"), name="lessons", icon_name="doc-full", order=1
    )
