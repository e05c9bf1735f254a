"""Years of logs at once: figures, what-ifs and replays in chunks, over any ``concurrent.futures.Executor``.

A *job* says what to find out about each log and how two findings become one; a *source* gives the logs in chunks;
``run`` hands the chunks out, a bounded number at a time, and joins the findings in the order of the chunks. So the
answer is the same for any number of workers, on one machine or on a Dask cluster (``client.get_executor()``).

Sources are in ``sources``, what a job owes in ``jobs``. Not here: what any figure means (``deskcore.oversight``,
``deskcore.sla``).

Layer: adapters.
"""

from deskcore.adapters.cluster.bar import bar
from deskcore.adapters.cluster.jobs import Job, Kpis, Replay, WhatIf, WhatIfFound
from deskcore.adapters.cluster.running import each, run
from deskcore.adapters.cluster.sources import Chunk, EventFile, Logs, Source, UnusableLog

__all__ = [
    "Chunk",
    "EventFile",
    "Job",
    "Kpis",
    "Logs",
    "Replay",
    "Source",
    "UnusableLog",
    "WhatIf",
    "WhatIfFound",
    "bar",
    "each",
    "run",
]
