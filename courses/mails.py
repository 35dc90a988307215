"""Where the kinds of mail that courses sends are found; each feature has its own."""

from courses.recall import mails  # noqa: F401 - its kinds register when it is imported
