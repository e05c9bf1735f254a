"""deskcore beside its peers: ``make bench``."""
