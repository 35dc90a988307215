"""Wagtail looks here for an app's screens of the studio; each noun has its own."""

import payments.studio.lists  # noqa: F401
