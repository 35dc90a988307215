"""The settings of the studio that no environment changes."""

WAGTAIL_SITE_NAME = "eScan Academy"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = False
# Review is to come; until then whoever may publish publishes.
WAGTAIL_WORKFLOW_ENABLED = False
# One language, and the time zone of a person is the one in the profile.
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English")]
WAGTAIL_USER_TIME_ZONES = ["UTC"]
WAGTAILIMAGES_EXTENSIONS = ["svg", "png", "jpg", "jpeg", "webp", "avif"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.studio.pictures.PictureForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "core.studio_search"}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
