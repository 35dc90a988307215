"""Wagtail looks here for an app's screens of the studio."""

import reviews.studio.editing
import reviews.studio.queue  # noqa: F401
