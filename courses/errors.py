class LearningError(Exception):
    """Base of what courses refuse; the text is meant for the learner."""
