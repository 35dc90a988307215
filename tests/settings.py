"""The academy's own settings, with what only tests want."""

import os
import tempfile

os.environ["DEBUG"] = "1"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="academy-tests-")

from escan.settings import *  # noqa: F403

DEBUG = False
STATIC_ROOT.mkdir()  # noqa: F405
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Eager only here; tests marked `services` start a real worker on Redis.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ACCOUNT_RATE_LIMITS = False
RATE_LIMITS = {}
STUDIES = 0
# Each test that wants some names its own.
SHIPPED_STUDIES = BASE_DIR / "tests" / "no-studies"  # noqa: F405
# Workers of one run share a Redis, and each has a database of its own.
CACHES = {
    name: {**cache, "KEY_PREFIX": os.environ.get("PYTEST_XDIST_WORKER", "")}
    for name, cache in CACHES.items()  # noqa: F405
}
# Wagtail remembers a rendition by its image's number, and every test begins to count anew.
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
