"""Wagtail looks here for an app's screens of the studio; each noun has its own."""

import payments.studio.grants
import payments.studio.home
import payments.studio.log
import payments.studio.menu
import payments.studio.urls  # noqa: F401
