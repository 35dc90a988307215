"""A stand-in for Stripe on this machine: real HTTP, and no money moves.

The production client and the webhook view do not know that it exists. It serves on a loopback address only and refuses
a live key. It imports `stripe` for one thing: the vendor's own parameter types, so that it rejects what Stripe would.
"""
