from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from core.storage import hand_out

FOLDERS = ("images/", "original_images/", "avatar_images/", "videos/")


@require_admin_access
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Uploaded images and videos for the studio's own screens. Learners get a lesson's figures at /figures/ alone."""
    # Certificates lie in the same storage: nothing leads out of these folders.
    if not name.startswith(FOLDERS) or ".." in name.split("/"):
        raise Http404
    try:
        return hand_out(name)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
