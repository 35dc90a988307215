class BrokenEvidence(Exception):
    """The data contradict themselves; the sentence names the entry and what is wrong."""
