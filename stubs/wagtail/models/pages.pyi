from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.http import HttpRequest
from wagtail.models.draft_state import DraftStateMixin
from wagtail.models.locking import LockableMixin
from wagtail.models.preview import PreviewableMixin
from wagtail.models.revisions import RevisionMixin
from wagtail.models.workflows import WorkflowMixin

class PageQuerySet(models.QuerySet[Any]): ...
class BasePageManager(models.Manager[Any]): ...

PageManager = BasePageManager.from_queryset(PageQuerySet)

class GroupPagePermissionManager(models.Manager[GroupPagePermission]): ...

class Page(WorkflowMixin, PreviewableMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    path = models.CharField(max_length=255, unique=True)
    depth = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    draft_title = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255)
    url_path = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    seo_title = models.CharField(max_length=255)
    search_description = models.TextField()

    objects = PageManager()

    content_panels: list[Any]
    promote_panels: list[Any]
    settings_panels: list[Any]
    edit_handler: Any
    max_count: int | None
    parent_page_types: list[str]
    subpage_types: list[str]
    private_page_options: list[str]

    @property
    def specific(self) -> Any: ...
    @classmethod
    def get_first_root_node(cls) -> Self | None: ...
    @classmethod
    def add_root(cls, **kwargs: Any) -> Self: ...
    def add_child(self, *, instance: Any) -> Any: ...
    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None: ...
    def get_url(self, request: HttpRequest | None = None) -> str | None: ...
    def permissions_for_user(self, user: Any) -> PagePermissionTester: ...
    def publish(
        self,
        revision: Any,
        user: models.Model | None = None,
        changed: bool = True,
        log_action: bool | str = True,
        previous_revision: Any = None,
        skip_permission_checks: bool = False,
    ) -> None: ...

class PagePermissionTester:
    def __init__(self, user: Any, page: Page) -> None: ...
    def can_add_subpage(self) -> bool: ...
    def can_copy(self) -> bool: ...
    def can_move(self) -> bool: ...
    def can_edit(self) -> bool: ...
    def can_delete(self, ignore_bulk: bool = False) -> bool: ...
    def can_publish(self) -> bool: ...
    def can_unpublish(self) -> bool: ...
    def can_reorder_children(self) -> bool: ...
    def can_set_view_restrictions(self) -> bool: ...

class GroupPagePermission(models.Model):
    group = models.ForeignKey(Group, models.CASCADE)
    page = models.ForeignKey(Page, models.CASCADE)
    permission = models.ForeignKey(Permission, models.CASCADE)

    objects: ClassVar[GroupPagePermissionManager]
