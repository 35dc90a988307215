"""Wagtail looks here for an app's screens of the studio; each feature has its own."""

import cme.activities.studio  # noqa: F401
