"""Errors told to a Sentry-compatible service, with nothing in them about a person."""

from typing import Any, cast

import sentry_sdk
from sentry_sdk.types import Event, Hint

from escan.operations.logs import context, scrub

UNWANTED = ("user", "breadcrumbs", "extra")
KEPT_OF_REQUEST = ("method", "url")


def report_errors(dsn: str) -> None:
    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=clean,
    )


def clean(event: Event, _: Hint) -> Event:
    """What happened and where in the code; of the request the method and the path alone."""
    request: dict[str, Any] = event.get("request", {})
    kept: dict[str, Any] = {key: value for key, value in event.items() if key not in UNWANTED}
    kept["request"] = {key: request[key] for key in KEPT_OF_REQUEST if key in request}
    kept["tags"] = context()
    return cast(Event, scrub_all(kept))


def scrub_all(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: scrub_all(item) for key, item in value.items()}
    if isinstance(value, list):
        return [scrub_all(item) for item in value]
    return value
