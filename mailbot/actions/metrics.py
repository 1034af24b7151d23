"""The figures for Prometheus, as text: for node_exporter's textfile collector, or whatever calls the command."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from mailbot.actions.figures import figures, troubles
from mailbot.core.moments import moment
from mailbot.steps.house import House


def metrics(house: House, queue_time: timedelta, now: datetime) -> str:
    """Counts by state, what is overdue, stuck or away, the last look at the mailbox, in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 -- loaded on use

    registry = CollectorRegistry()

    def gauge(name: str, told: str, value: float) -> None:
        Gauge(f"mailbot_{name}", told, registry=registry).set(value)

    def gauges(name: str, told: str, label: str, values: dict[str, int]) -> None:
        family = Gauge(f"mailbot_{name}", told, [label], registry=registry)
        for key, value in values.items():
            family.labels(key).set(value)

    found = figures(house, now)
    for name in ("messages", "asks", "releases", "replies"):
        gauges(name, f"{name} by state", "state", found[name])
    gauges("troubles", "what somebody must look at, by kind", "what", _kinds(house, queue_time, now))
    gauges("away", "outside parts that did not answer when last asked", "part", dict.fromkeys(found["away"], 1))
    gauge("open_requests", "requests that are not closed", found["open"])
    gauge("overdue", "asks and messages past their due date", found["overdue"])
    gauge("journal_entries", "number of the journal's last entry", house.store.journal.head().n)
    gauge("read_at_seconds", "when these figures were read (Unix time)", now.timestamp())
    if found["mailbox"]:
        gauge("mailbox_seen_at_seconds", "the last look at the mailbox", moment(found["mailbox"]["at"]).timestamp())
        gauge("mailbox_accounted", "whether every mail on the server is known here", found["mailbox"]["accounted"])
    return generate_latest(registry).decode()


def _kinds(house: House, queue_time: timedelta, now: datetime) -> dict[str, int]:
    return dict(Counter(one["what"] for one in troubles(house, queue_time, now)))
