import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access


@require_admin_access
@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """Uploaded images for the studio's own screens. Learners get a lesson's figures at /figures/ alone."""
    # Certificates lie in the same storage: nothing leads out of these folders.
    if not name.startswith(("images/", "original_images/", "avatar_images/")) or ".." in name.split("/"):
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    response = FileResponse(file, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    # An SVG opened by itself is a document: the studio's looser policy would run a script that somebody uploaded in it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
