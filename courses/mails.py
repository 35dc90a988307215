"""Where the kinds of mail that courses sends are found; each feature has its own."""

import courses.assessment.mails
import courses.recall.mails  # noqa: F401 - their kinds register when they are imported
