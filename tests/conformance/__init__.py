"""Other systems' cases, run against deskcore's public objects: `python -m tests.conformance FILES`."""
