"""The hand catalogue: drifts that people make, by theme; an entry is taken out by a decision page only."""

from collections.abc import Mapping

from contract_tests.drift.catalogue import (
    access,
    envelope,
    events,
    fields,
    generated,
    imports,
    paging,
    requests,
    statuses,
    streams,
    values,
)
from contract_tests.drift.drifts import Drift

THEMES: Mapping[str, tuple[Drift, ...]] = {
    "words of closed sets": statuses.STATUSES,
    "fields of answers": fields.FIELDS,
    "fields of requests": requests.REQUESTS,
    "events that are sent": events.SENT,
    "events that are heard": events.HEARD,
    "envelope, statuses, routes": envelope.ANSWERS,
    "values": values.VALUES,
    "resuming": streams.RESUMED,
    "ends": streams.ENDED,
    "wake-ups and order": streams.WOKEN,
    "imports": imports.IMPORTS,
    "access": access.DOORS,
    "lists": paging.LISTS,
    "generated files": generated.MADE,
    "recordings and lists of the gate": generated.RECORDED,
}

HAND: tuple[Drift, ...] = tuple(drift for theme in THEMES.values() for drift in theme)
THEME_OF: Mapping[str, str] = {
    drift.id: theme for theme, drifts in THEMES.items() for drift in drifts
}
