"""The roles of staff. A superuser is the administrator; the groups have what their work needs."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.snippets.models import create_extra_permissions

from guides.services import ensure_index

AUTHOR_PERMISSIONS = {
    "wagtailadmin": ["access_admin"],
    "courses": [
        *(
            f"{act}_{model}"
            for model in ("course", "lesson", "module", "question")
            for act in ("add", "change", "publish", "lock", "unlock")
        ),
        *(f"{act}_video" for act in ("add", "change")),
        *(f"{act}_synonyms" for act in ("add", "change", "delete")),
        "view_reportfigure",
    ],
    "cme": ["view_evaluation"],
    "reviews": ["view_submission", "add_submission"],
    "imaging": [
        "change_study",
        "change_opinion",
        "view_testset",
        "view_setcase",
        "view_setattempt",
        "view_panelanswer",
        "change_panel",
    ],
}
# Of guides, which are pages under one.
GUIDE_PERMISSIONS = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]

# Who decides what is true of a study; readings are judged by it, so that an author alone is not enough (decision 64).
# And who approves what authors write, which they do not edit (decision 70).
REVIEWER_PERMISSIONS = {
    "wagtailadmin": ["access_admin"],
    "imaging": ["change_study", "change_opinion", "add_truth"],
    "reviews": ["view_submission", "decide_medical", "view_decision"],
}

# Who answers for credit: activities and credit types, certificates, evaluations, and the check before accredited
# content goes live. Who learners are, and what they paid, is the support's.
OFFICE_PERMISSIONS = {
    "wagtailadmin": ["access_admin"],
    "cme": [
        *(f"{act}_{model}" for model in ("activity", "credittype") for act in ("add", "change")),
        "change_certificate",
        "change_correction",
        "view_evaluation",
    ],
    "reviews": ["view_submission", "decide_cme", "view_decision"],
}

# Who answers people: everything about one of them, and no content.
SUPPORT_PERMISSIONS = {
    "wagtailadmin": ["access_admin"],
    "accounts": ["view_user", "change_mail"],
    "payments": ["change_webhookevent"],
    "cme": ["change_certificate", "change_correction"],
    "escan": ["change_contactmessage"],
}


def ensure_support(**_: Any) -> Group:
    group, _created = Group.objects.get_or_create(name="Support")
    ContentType.objects.clear_cache()
    give(group, SUPPORT_PERMISSIONS)
    return group


def ensure_reviewers(**_: Any) -> Group:
    group, _created = Group.objects.get_or_create(name="Medical reviewers")
    ContentType.objects.clear_cache()
    give(group, REVIEWER_PERMISSIONS)
    return group


def ensure_office(**_: Any) -> Group:
    group, _created = Group.objects.get_or_create(name="CME office")
    ContentType.objects.clear_cache()
    give(group, OFFICE_PERMISSIONS)
    return group


def give(group: Group, permissions: dict[str, list[str]]) -> None:
    for label, codenames in permissions.items():
        create_permissions(apps.get_app_config(label), verbosity=0)
        group.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codenames))


def ensure_authors(**_: Any) -> Group:
    """Make the group after each migration, so that it is there on every installation."""
    authors, _created = Group.objects.get_or_create(name="Authors")
    # A database that was just emptied has other content types than those that this process remembers.
    ContentType.objects.clear_cache()
    # On a new database this runs before Wagtail has made its own permissions: publish, lock, unlock.
    create_extra_permissions(apps.get_app_config("courses"))
    give(authors, AUTHOR_PERMISSIONS)
    create_permissions(apps.get_app_config("wagtailcore"), verbosity=0)
    index = ensure_index()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=GUIDE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(group=authors, page=index, permission=permission)
    # Wagtail makes the root in a migration; a database that was emptied since has none.
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    create_permissions(apps.get_app_config("wagtailimages"), verbosity=0)
    for codename in ("add_image", "choose_image"):
        permission = Permission.objects.get(content_type__app_label="wagtailimages", codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=authors, collection=root, permission=permission)
    return authors
