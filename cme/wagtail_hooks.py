"""Wagtail looks here for an app's screens of the studio; each feature has its own."""

import cme.activities.studio
import cme.certificates.studio
import cme.claims.studio  # noqa: F401
