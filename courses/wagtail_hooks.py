"""Wagtail looks here for an app's screens of the studio; each feature has its own."""

import courses.faults.studio
import courses.reports.studio
import courses.studio.archiving
import courses.studio.duplicating
import courses.studio.images
import courses.studio.imports
import courses.studio.outline
import courses.studio.regrades
import courses.studio.reviewing
import courses.studio.writing
import courses.videos.studio  # noqa: F401
