"""A module for each report: what it counts, and how it tells that."""
