"""The browser that tests and scripts drive."""

import os
import shutil

# The shell is the same browser without a window. Another one: CHROMIUM, a command or a path.
NAMES = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium-headless-shell", "chromium"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
