"""The service: edges, queues and the turn of a message."""
