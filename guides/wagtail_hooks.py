from guides import studio  # noqa: F401 - its hooks register when it is imported
