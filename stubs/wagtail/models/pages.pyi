from collections.abc import Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.http import HttpRequest
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import Panel
from wagtail.models.draft_state import DraftStateMixin
from wagtail.models.i18n import Locale
from wagtail.models.locking import LockableMixin
from wagtail.models.preview import PreviewableMixin
from wagtail.models.revisions import RevisionMixin
from wagtail.models.workflows import WorkflowMixin

_P = TypeVar("_P", bound=AbstractPage)

class PageQuerySet(models.QuerySet[_P]): ...
class BasePageManager(models.Manager[_P]): ...

PageManager = BasePageManager.from_queryset(PageQuerySet)

class AbstractPage(WorkflowMixin, PreviewableMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    objects = PageManager()

    path = models.CharField(max_length=255)
    depth = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255)
    locale = models.ForeignKey(Locale, models.PROTECT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    parent_page_types: Sequence[str]
    subpage_types: Sequence[str]
    private_page_options: Sequence[str]
    max_count: int | None
    content_panels: Sequence[Panel]
    settings_panels: Sequence[Panel]

    class Meta:
        abstract = True

    @classmethod
    def add_root(cls, **kwargs: Any) -> Self: ...
    @classmethod
    def get_first_root_node(cls) -> Self | None: ...
    def add_child(self, *, instance: _P) -> _P: ...
    @property
    def specific(self) -> Any: ...
    @property
    def full_url(self) -> str | None: ...
    def get_url(self, request: HttpRequest | None = None, current_site: Any = None) -> str | None: ...
    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None: ...
    def permissions_for_user(self, user: Any) -> PagePermissionTester: ...

class DefaultBasePageMixin(models.Model):
    promote_panels: Sequence[Panel]

    class Meta:
        abstract = True

class Page(AbstractPage, DefaultBasePageMixin):
    # Django's plugin does not find the class of the manager, which is made while Wagtail is loaded.
    _default_manager: ClassVar[Any]

class GroupPagePermissionManager(models.Manager[GroupPagePermission]): ...

class GroupPagePermission(models.Model):
    group = models.ForeignKey(Group, models.CASCADE)
    page = models.ForeignKey(Page, models.CASCADE)
    permission = models.ForeignKey(Permission, models.CASCADE)
    objects: ClassVar[GroupPagePermissionManager]

class PagePermissionTester:
    user: Any
    page: AbstractPage
    permissions: set[str]
    def __init__(self, user: Any, page: AbstractPage) -> None: ...
    def can_add_subpage(self) -> bool: ...
    def can_copy(self) -> bool: ...
    def can_delete(self, ignore_bulk: bool = False) -> bool: ...
    def can_edit(self) -> bool: ...
    def can_lock(self) -> bool: ...
    def can_move(self) -> bool: ...
    def can_publish(self) -> bool: ...
    def can_publish_subpage(self) -> bool: ...
    def can_reorder_children(self) -> bool: ...
    def can_set_view_restrictions(self) -> bool: ...
    def can_unlock(self) -> bool: ...
    def can_unpublish(self) -> bool: ...
    def can_unschedule(self) -> bool: ...

class PageViewRestriction(models.Model):
    page = models.ForeignKey(Page, models.CASCADE)
