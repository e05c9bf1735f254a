"""A desk in Django's own database and transactions: an example to read and to start from."""
