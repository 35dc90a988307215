"""Backup and restore: the rows and the files that they name, as one archive."""
