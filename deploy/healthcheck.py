"""Whether the web process of this container is alive."""

import os
import urllib.request

urllib.request.urlopen(f"http://127.0.0.1:{os.environ['PORT']}/healthz", timeout=4)
