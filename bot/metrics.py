"""Counters for the operator of the machine. Labels are ours (channel, state, kind), never a person's."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """One registry per process, so that tests can make their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter("guichet_received", "Messages stored", ["channel"], registry=self.registry)
        self.duplicates = Counter("guichet_duplicates", "Messages that were known already", registry=self.registry)
        self.turns = Counter("guichet_turns", "Turns by how they ended", ["end"], registry=self.registry)
        self.sent = Counter("guichet_sent", "Outbox rows by what became of them", ["fate"], registry=self.registry)
        self.turn_seconds = Histogram("guichet_turn_seconds", "Time of one turn", registry=self.registry)
        self.queue_age = Gauge(
            "guichet_queue_age_seconds", "Age of the oldest unfinished message", ["queue"], registry=self.registry
        )
        self.rasa_ready = Gauge("guichet_rasa_ready", "1 while Rasa answers", registry=self.registry)


METRICS = Metrics()
