"""Where files lie, and how a view that has decided hands one out."""

import mimetypes
from datetime import timedelta
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

LINK_HOLDS = timedelta(hours=1)
# A browser may follow the redirect again for as long as the link surely holds.
REDIRECT_HOLDS = timedelta(minutes=50)
# An uploaded image that is opened by itself is a document, and nothing in it may run.
NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class PrivateBucket(S3Storage):
    """A bucket that nobody may list or read. The address of a file is that of our view; `link` alone leads in."""

    def __init__(self, *, addressing_style: str, **options: Any) -> None:
        client_config = Config(
            s3={"addressing_style": addressing_style},
            signature_version="s3v4",
            # A page waits for it, so an error is better than a wait.
            connect_timeout=5,
            read_timeout=20,
            retries={"total_max_attempts": 3},
        )
        # Files are small: threads for their parts would cost more than they save.
        transfers = TransferConfig(use_threads=False)
        super().__init__(client_config=client_config, transfer_config=transfers, file_overwrite=False, **options)

    def url(self, name: str, *_: Any, **__: Any) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name)

    def link(self, name: str) -> str:
        # An SVG shows in a page; opened by itself it is saved, so that no script in it ever runs.
        parameters = {"ResponseContentDisposition": "attachment"} if name.lower().endswith(".svg") else {}
        return str(super().url(name, parameters=parameters, expire=int(LINK_HOLDS.total_seconds())))


def hand_out(name: str) -> HttpResponseBase:
    """The file to somebody who may have it: from a bucket by a link that expires."""
    if settings.S3_BUCKET:
        response: HttpResponseBase = HttpResponseRedirect(default_storage.link(name))  # type: ignore[attr-defined]
        response.headers["Cache-Control"] = f"private, max-age={int(REDIRECT_HOLDS.total_seconds())}"
        return response
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(name), content_type=content_type)
    response.headers["Content-Security-Policy"] = NO_SCRIPT
    # A file never changes under its name: neither the loader nor the studio replaces one.
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


def ask_storage() -> None:
    """Raises whatever keeps the storage from answering."""
    if settings.S3_BUCKET:
        # A file that is missing looks the same as a bucket that is.
        default_storage.connection.meta.client.head_bucket(Bucket=settings.S3_BUCKET)  # type: ignore[attr-defined]
    else:
        default_storage.exists("readyz")
