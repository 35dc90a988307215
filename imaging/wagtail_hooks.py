import imaging.studies.studio  # noqa: F401
