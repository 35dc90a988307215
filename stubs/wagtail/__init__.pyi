# What the academy uses of Wagtail 8, which ships no types. A name that is missing here is added when it is used;
# tests/typing/test_stubs.py compares what stands here with the Wagtail that is installed.
