"""Whole pages and whole texts: one ticket's life explained, and the report of a desk.

Composes what the rooms draw of their own values; adds no figure of its own. Everything is a pure function to a string:
the same input gives the same bytes.

Layer: render. Above wire and oversight, below planning.
"""

from deskcore.render.digest import Digest, Imported
from deskcore.render.life import life, life_page
from deskcore.render.report import report
from deskcore.render.story import Story, story
from deskcore.render.summary import summary
from deskcore.render.sums import Sum, sum_of
from deskcore.render.tally import DigestTally, tally_of

__all__ = [
    "Digest",
    "DigestTally",
    "Imported",
    "Story",
    "Sum",
    "life",
    "life_page",
    "report",
    "story",
    "sum_of",
    "summary",
    "tally_of",
]
