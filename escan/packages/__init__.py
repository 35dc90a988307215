"""A course with its media as one file: out, and in again here or in another academy (decision 72)."""
