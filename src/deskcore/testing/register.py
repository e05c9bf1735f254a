"""The hook by which Hypothesis finds the strategies of this package, so that ``st.from_type(Calendar)`` works.

Hypothesis calls ``hook`` once, when it is imported.

Layer: testing. Imports nothing, so that whoever imports Hypothesis does not pay for deskcore.
"""

from __future__ import annotations


def hook() -> None:
    """Tell Hypothesis how to draw the values whose fields constrain each other."""
