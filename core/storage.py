"""Where files lie, and how a view that has decided hands one out."""

import mimetypes
import re
from datetime import timedelta
from typing import Any, cast

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from whitenoise.responders import SlicedFile

LINK_HOLDS = timedelta(hours=1)
# A video that was paused over lunch goes on; player.js asks for new links after that.
STREAM_LINK_HOLDS = timedelta(hours=2)
STREAM_SALT = "escan.storage.stream"  # where this module was: links that were handed out hold
# What browsers are told that a stream is, here and by the bucket.
mimetypes.add_type("video/mp4", ".m4s")
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
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

    def url(self, name: str | None, *_: Any, **__: Any) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name or "")

    def link(self, name: str, *, holds: timedelta = LINK_HOLDS) -> str:
        # An SVG shows in a page; opened by itself it is saved, so that no script in it ever runs.
        parameters = {"ResponseContentDisposition": "attachment"} if name.lower().endswith(".svg") else {}
        return super().url(name, parameters=parameters, expire=int(holds.total_seconds()))


def _bucket() -> PrivateBucket:
    """The storage, where settings say that it is a bucket."""
    return cast(PrivateBucket, default_storage)


class StoredFile(FileResponse):
    """A file of the storage, whole or in part. What stands in front may send it instead (escan.middleware)."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, content_type=_type_of(name), **kwargs)
        self.name = name


def hand_out(name: str) -> HttpResponseBase:
    """The file to somebody who may have it: from a bucket by a link that expires. Raises Http404 where it is gone."""
    if settings.S3_BUCKET:
        response: HttpResponseBase = HttpResponseRedirect(_bucket().link(name))
        response.headers["Cache-Control"] = f"private, max-age={int(REDIRECT_HOLDS.total_seconds())}"
        return response
    try:
        file = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404("The file is gone.") from error
    response = StoredFile(file, name=name)
    response.headers["Content-Security-Policy"] = NO_SCRIPT
    # A file never changes under its name: neither the loader nor the studio replaces one.
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


def link_to_stream(name: str) -> str:
    """An address of a video's bytes for somebody who may have them. It holds for a time, and for whoever has it."""
    if settings.S3_BUCKET:
        return _bucket().link(name, holds=STREAM_LINK_HOLDS)
    return reverse("video_bytes", args=[signing.dumps(name, salt=STREAM_SALT)])


def read_stream_link(token: str) -> str:
    """The name in a link of ours. Raises signing.BadSignature where it is over, or never was one."""
    name: str = signing.loads(token, salt=STREAM_SALT, max_age=STREAM_LINK_HOLDS)
    return name


def hand_out_range(name: str, asked: str) -> HttpResponseBase:
    """The file, or the bytes of it that a Range header asks for (RFC 9110, 14.1); several are all of it."""
    file = default_storage.open(name)
    size, match = file.size, RANGE.fullmatch(asked.strip())
    if match is None or not any(match.groups()):
        response = StoredFile(file, name=name)
    else:
        first, last = _bounds(*match.groups(), size=size)
        if first > last:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
        response = StoredFile(SlicedFile(file, first, last), name=name, status=206)
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


def _bounds(first: str, last: str, *, size: int) -> tuple[int, int]:
    """The first and the last byte; where the first is behind the last, there are none."""
    if not first:
        return (max(size - int(last), 0), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def ask_storage() -> None:
    """Raises whatever keeps the storage from answering."""
    if settings.S3_BUCKET:
        # A file that is missing looks the same as a bucket that is.
        _bucket().connection.meta.client.head_bucket(Bucket=settings.S3_BUCKET)
    else:
        default_storage.exists("readyz")
