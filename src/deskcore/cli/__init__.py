"""The command line: ``deskcore demo``, ``replay``, ``explain`` and ``lint``. Needs the extra ``deskcore[cli]``.

Not here: anything a library user would call; every command is a few lines over ``deskcore.adapters``.

Layer: cli, the outermost.
"""

__all__: list[str] = []
