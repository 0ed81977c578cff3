"""The hand catalogue: drifts that people make, by theme; only a decision page removes a row."""

from collections.abc import Mapping

from contract_tests.drift.catalogue import (
    access,
    edges,
    engine,
    envelope,
    events,
    fields,
    first_round,
    generated,
    imports,
    logs,
    operating,
    page,
    paging,
    pairs,
    relations,
    requests,
    retention,
    second_round,
    statuses,
    streams,
    surroundings,
    values,
)
from contract_tests.drift.drifts import Drift

THEMES: Mapping[str, tuple[Drift, ...]] = {
    "closed sets": statuses.STATUSES,
    "fields of answers": fields.FIELDS,
    "fields of requests": requests.REQUESTS,
    "events that are sent": events.SENT,
    "handlers of events": events.HANDLED,
    "envelope, statuses, routes": envelope.ANSWERS,
    "values": values.VALUES,
    "pairs": pairs.PAIRS,
    "relations": relations.RELATED,
    "resuming": streams.RESUMED,
    "ends": streams.ENDED,
    "wake-ups and order": streams.NOTIFIED,
    "jobs that are stranded": engine.STRANDED,
    "imports": imports.IMPORTS,
    "access": access.ACCESS_ROWS,
    "edges": edges.EDGES,
    "lists": paging.LISTS,
    "logs of jobs": logs.LOGS,
    "retention": retention.RETAINED,
    "backups, codings, metrics": operating.OPERATED,
    "surroundings": surroundings.SURROUNDINGS,
    "figures and times on the page": page.FIGURES,
    "what the page does by itself": page.BEHAVIOUR,
    "generated files": generated.GENERATED,
    "recordings and lists of the gate": generated.RECORDED,
    "once unseen, first round": first_round.FIRST_ROUND,
    "once unseen, second round": second_round.SECOND_ROUND,
}

HAND: tuple[Drift, ...] = tuple(drift for theme in THEMES.values() for drift in theme)
THEME_OF: Mapping[str, str] = {
    drift.id: theme for theme, drifts in THEMES.items() for drift in drifts
}
