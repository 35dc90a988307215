"""What a learner confirms with a claim. Each claim keeps the words that were agreed to."""

ATTESTATION = (
    "I took part in this activity, and the credit that I claim is commensurate with the extent of my participation."
)
