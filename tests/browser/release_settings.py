"""The academy as a release serves its pages and files, on what is embedded for development."""

from tests.browser.settings import *  # noqa: F403

DEBUG = False
STORAGES["staticfiles"] = {"BACKEND": "core.staticfiles.HashedFiles"}  # noqa: F405
