"""The part of the wire contract that no table of `docs/wire.md` states: the fields of answers, by path.

Written by hand; this module reads no code of the service.
"""

from typing import Any, Literal

#: `is`: this value; `only`: these names and no others; `has`: these names at least
How = Literal["is", "only", "has"]

PAGE = ("items", "next_cursor")
DATA_MODE = ("mode", "source", "tickers", "first_date", "last_date", "fallbacks", "status")
#: fields of each answer, below `data`
ANSWERS: dict[str, tuple[tuple[tuple[str, ...], How, tuple[str, ...]], ...]] = {
    "/api/jobs": (((), "only", PAGE),),
    "/api/backtests": (
        ((), "only", PAGE),
        (("properties", "items", "items"), "has", ("params", "first_date", "last_date", "metrics")),
    ),
    "/api/backtests/{job_id}": (
        ((), "has", ("metrics", "equity", "drawdown", "monthly_returns", "trades", "provenance")),
    ),
    "/api/models": (((), "only", PAGE),),
    "DELETE /api/jobs/{job_id}": (
        ((), "only", ("job_id", "events", "log_lines", "report", "signals")),
    ),
    "DELETE /api/models/{version}": (((), "only", ("version",)),),
    "/api/jobs/{job_id}/log": (((), "only", PAGE),),
    "/api/system/health": (
        ((), "has", ("status", "checks")),
        (("properties", "checks", "items"), "has", ("status", "reason", "action")),
    ),
    "/api/system/model-age": (((), "has", ("version", "trained_at", "age_days", "status")),),
    "/api/system/data-mode": (((), "has", DATA_MODE),),
}
#: answers that are the record of a job, beside those of submissions
ONE_RECORD = (
    "/api/jobs/{job_id}",
    "/api/jobs/{job_id}/cancel",
    "DELETE /api/jobs/{job_id}/report",
)
#: enums in answers
WORDS = {
    ("/api/system/health", "status"): ["ok", "degraded", "failing"],
    ("/api/system/model-age", "status"): ["fresh", "stale", "absent"],
    ("/api/system/data-mode", "mode"): ["demo", "live"],
}
POSITIVE = {"type": "number", "exclusiveMinimum": 0}
NOT_NEGATIVE = {"type": "number", "minimum": 0}
SOME = {"type": "integer", "minimum": 1}
ACCOUNT = ("anyOf", "object", "properties")
#: bounds of the figures of an answer, by their place below `data`
FIGURES: dict[str, dict[tuple[str, ...], dict[str, dict[str, Any]]]] = {
    "DELETE /api/jobs/{job_id}": {
        (): {name: {"type": "integer", "minimum": 0} for name in ("events", "log_lines")}
    },
    "/api/autopilot/paper": {
        (*ACCOUNT, "positions", "items"): dict.fromkeys(
            ("shares", "entry_price", "last_price"), POSITIVE
        ),
        (*ACCOUNT, "pending", "items"): {"decision_price": POSITIVE},
        (*ACCOUNT, "fills", "items"): {
            **dict.fromkeys(("shares", "wanted_shares", "decision_price", "fill_price"), POSITIVE),
            "fee": NOT_NEGATIVE,
        },
    },
    "/api/system/disagreement-history": {
        ("properties", "snapshots", "items"): {
            "n_tickers": SOME,
            "disagreement": NOT_NEGATIVE,
            "usual_disagreement": NOT_NEGATIVE,
        },
    },
    "/api/system/execution-quality": {
        ("properties", "fills", "items"): {
            **dict.fromkeys(("shares", "decision_price", "fill_price"), POSITIVE),
            "cost_bps": NOT_NEGATIVE,
        },
    },
    "/api/system/ic-history": {
        ("properties", "snapshots", "items"): {
            "n_sessions": SOME,
            "rank_ic": {"type": "number", "minimum": -1, "maximum": 1},
        },
    },
}
#: answer 200 with null data until the first result exists
MAY_BE_NULL = ("/api/signals/latest", "/api/autopilot/latest", "/api/autopilot/paper")
#: the fields of the payloads that are no records, by event
OTHER_PAYLOADS: dict[str, tuple[str, ...]] = {
    "position": (),
    "deleted": ("job_id",),
    "reset": ("reason",),
    "skipped": ("first", "last"),
}
#: bounds of their fields
OTHER_BOUNDS = {"skipped": {"first": SOME, "last": SOME}}
ENVELOPE = ("ok", "data", "error", "meta")
