"""Found by its name: the reports of this app."""

import cme.claims.reports  # noqa: F401 - it registers
