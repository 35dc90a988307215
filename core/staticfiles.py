"""Static files under names that hold a hash of what is in them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Our scripts import each other by such names, too: else a browser goes on with an old one under its plain name.

    Django's own `support_js_module_import_aggregation` reads the scripts of every app and stumbles over django-htmx's.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r"(?P<matched>\bfrom '(?P<url>\.\.?/[^'\n]+)';)", "from '%(url)s';"),)),
    )
