"""A small web service over deskcore's durable host: an example to read and to start from."""
