"""What `docs/wire.md` fixes, written a second time and by hand: this module reads no code of the service.

Everything else is derived from one source, so a change that is wrong in the same way everywhere would
pass every other check.
"""

from typing import Any, Literal

#: `is`: this value; `only`: these names and no others; `has`: these names at least
How = Literal["is", "only", "has"]

TICKERS = {
    "anyOf": [
        {
            "type": "array",
            "minItems": 1,
            "maxItems": 500,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[A-Z0-9.-]{1,12}$"},
        },
        {"type": "null"},
    ],
    "default": None,
}
FLAG = {"type": "boolean", "default": False}
FEATURES = {"type": "string", "enum": ["core", "full"], "default": "core"}
VERSION = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$", "default": "latest"}


def whole(low: int, high: int, default: int) -> dict[str, Any]:
    """Return the schema of a bounded integer."""
    return {"type": "integer", "minimum": low, "maximum": high, "default": default}


REQUESTS: dict[str, dict[str, dict[str, Any]]] = {
    "backtest": {
        "horizon": whole(1, 252, 10),
        "tickers": TICKERS,
        "years": whole(1, 40, 15),
        "feature_mode": FEATURES,
        "risk_management": FLAG,
        "version": VERSION,
        "full_universe": FLAG,
        "holding_period": whole(1, 252, 10),
        "max_positions": whole(1, 500, 10),
        "entry_threshold": {"type": "number", "minimum": -1, "maximum": 1, "default": 0.01},
        "position_size": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.1},
    },
    "train": {
        "horizons": {
            "type": "array",
            "minItems": 1,
            "maxItems": 8,
            "uniqueItems": True,
            "items": {"type": "integer", "minimum": 1, "maximum": 252},
            "default": [10],
        },
        "tickers": TICKERS,
        "years": whole(1, 40, 15),
        "feature_mode": FEATURES,
        "survivorship": FLAG,
        "full_universe": FLAG,
    },
    "predict": {
        "horizon": whole(1, 252, 10),
        "tickers": TICKERS,
        "years": whole(1, 40, 2),
        "feature_mode": FEATURES,
        "version": VERSION,
        "full_universe": FLAG,
    },
    "autopilot": {"years": whole(1, 40, 15), "full_universe": FLAG, "dry_run": FLAG},
}

EVERYWHERE = ("401 unauthorized", "421 bad_host", "422 invalid", "500 internal", "503 unavailable")
BODY = (
    "400 bad_request",
    "403 bad_origin",
    "413 body_too_large",
    "415 unsupported_media_type",
    "422 unknown_ticker",
    "422 history_too_short",
    "422 idempotency_key_reused",
    "429 queue_full",
)
REPORT = ("404 backtest_not_found", "409 job_not_final")

#: method, path, statuses of success, refusals beside those that every operation has
OPERATIONS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("post", "/api/compute/backtest", ("202",), (*BODY, "404 unknown_version")),
    ("post", "/api/compute/train", ("202",), (*BODY, "422 survivorship_unavailable")),
    ("post", "/api/compute/predict", ("202",), (*BODY, "404 unknown_version")),
    ("post", "/api/compute/autopilot", ("202",), BODY),
    ("get", "/api/jobs", ("200",), ()),
    ("get", "/api/jobs/{job_id}", ("200",), ("404 job_not_found",)),
    (
        "post",
        "/api/jobs/{job_id}/cancel",
        ("200",),
        ("403 bad_origin", "404 job_not_found", "409 job_already_final"),
    ),
    ("get", "/api/jobs/{job_id}/events", ("200", "204"), ("404 job_not_found",)),
    ("get", "/api/events", ("200",), ()),
    ("get", "/api/backtests", ("200",), ()),
    ("get", "/api/backtests/{job_id}", ("200",), REPORT),
    ("get", "/api/backtests/{job_id}/trades.csv", ("200",), REPORT),
    ("get", "/api/models", ("200",), ()),
    ("get", "/api/models/{version}", ("200",), ("404 unknown_version",)),
    ("get", "/api/signals/latest", ("200",), ()),
    ("get", "/api/autopilot/latest", ("200",), ()),
    ("get", "/api/autopilot/paper", ("200",), ()),
    ("get", "/api/system/health", ("200",), ()),
    ("get", "/api/system/model-age", ("200",), ()),
    ("get", "/api/system/data-mode", ("200",), ()),
    ("get", "/api/system/ic-history", ("200",), ()),
    ("get", "/api/system/disagreement-history", ("200",), ()),
    ("get", "/api/system/execution-quality", ("200",), ()),
)

CODES = {
    "bad_request": 400,
    "unauthorized": 401,
    "bad_origin": 403,
    "bad_host": 421,
    "not_found": 404,
    "job_not_found": 404,
    "backtest_not_found": 404,
    "unknown_version": 404,
    "method_not_allowed": 405,
    "job_already_final": 409,
    "job_not_final": 409,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "unknown_ticker": 422,
    "history_too_short": 422,
    "survivorship_unavailable": 422,
    "idempotency_key_reused": 422,
    "queue_full": 429,
    "internal": 500,
    "unavailable": 503,
}
#: codes of failed jobs; their status is nowhere fixed
JOB_CODES = ("no_model", "worker_lost", "job_error")

STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")
TIME = {"type": "string", "format": "date-time", "pattern": "Z$"}
NO_TIME_YET = {"anyOf": [TIME, {"type": "null"}]}
COUNT = {"type": "integer", "minimum": 0}
RECORD: dict[str, Any] = {
    "job_id": {"type": "string"},
    "job_type": None,  # one of REQUESTS, each in its own branch
    "status": {"type": "string", "enum": list(STATUSES)},
    "created_at": TIME,
    "started_at": NO_TIME_YET,
    "completed_at": NO_TIME_YET,
    "progress": {"type": "number", "minimum": 0, "maximum": 1},
    "progress_message": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "cancel_requested": {"type": "boolean"},
    "attempt": COUNT,
    "revision": COUNT,
    "params": None,
    "result": None,
    "error": None,
}

JOB_EVENTS = ("status", "started", "progress", "completed", "failed", "cancelled", "done")
ENDS = {"completed": "succeeded", "failed": "failed", "cancelled": "cancelled"}
ALL_EVENTS = (*JOB_EVENTS[:-1], "reset")
RESUME = {"header": "Last-Event-ID", "query": "last_event_id", "wins": "header"}
JOB_STREAM = {
    "events": list(JOB_EVENTS),
    "first": "status",
    "last": "done",
    "ends": True,
    "order": "status first; then each revision once, in order and with no gap",
    "id": "the revision that the event made; of done the final revision plus one",
    "resume": {
        **RESUME,
        "after_last": 204,
        "rule": "n from 0 to the current revision continues with n + 1; anything else begins anew",
    },
    "late": ["status", "done"],
    "reset": None,
}
ALL_STREAM = {
    "events": list(ALL_EVENTS),
    "first": "status",
    "last": None,
    "ends": False,
    "order": "status of each job that is not final; then each job's revisions with no gap",
    "id": "opaque",
    "resume": {
        **RESUME,
        "after_last": None,
        "rule": "exact; an id that is not kept or not known gets reset and begins anew",
    },
    "late": None,
}
BOTH_STREAMS = {
    "retry_ms": 2000,
    "ping": {"comment": True, "seconds_at_most": 15},
    "slow_reader_seconds": 30,
}

PAGING = {
    "query:limit": whole(1, 200, 50),
    "query:cursor": {
        "anyOf": [{"type": "string", "maxLength": 128}, {"type": "null"}],
        "default": None,
    },
}
JOB_FILTERS = {
    "query:status": {"anyOf": [RECORD["status"], {"type": "null"}], "default": None},
    "query:job_type": {
        "anyOf": [
            {"type": "string", "enum": ["train", "predict", "backtest", "autopilot"]},
            {"type": "null"},
        ],
        "default": None,
    },
}
ANY_TEXT = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
LAST_ID = {"header:last-event-id": ANY_TEXT, "query:last_event_id": ANY_TEXT}
KEY = {
    "header:idempotency-key": {
        "anyOf": [{"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,128}$"}, {"type": "null"}],
        "default": None,
    }
}
PARAMETERS: dict[str, dict[str, Any]] = {
    **{f"/api/compute/{kind}": KEY for kind in REQUESTS},
    "/api/jobs": {**PAGING, **JOB_FILTERS},
    "/api/backtests": PAGING,
    "/api/models": PAGING,
    "/api/events": LAST_ID,
    "/api/jobs/{job_id}/events": LAST_ID,
}

METRICS = (
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sortino",
    "max_drawdown",
    "calmar",
    "turnover",
    "hit_rate",
    "n_trades",
    "exposure",
)
PAGE = ("items", "next_cursor")
#: of each answer the fields that are named, below `data`
ANSWERS: dict[str, tuple[tuple[tuple[str, ...], How, tuple[str, ...]], ...]] = {
    "/api/jobs": (((), "only", PAGE),),
    "/api/backtests": (
        ((), "only", PAGE),
        (("properties", "items", "items"), "has", ("params", "first_date", "last_date", "metrics")),
    ),
    "/api/backtests/{job_id}": (
        (
            (),
            "has",
            ("metrics", "equity", "drawdown", "monthly_returns", "trades", "provenance"),
        ),
        (("properties", "metrics"), "only", METRICS),
    ),
    "/api/models": (((), "only", PAGE),),
    "/api/system/health": (
        ((), "has", ("status", "checks")),
        (("properties", "checks", "items"), "has", ("status", "reason", "action")),
    ),
    "/api/system/model-age": (((), "has", ("version", "trained_at", "age_days", "status")),),
    "/api/system/data-mode": (
        (
            (),
            "has",
            ("mode", "source", "tickers", "first_date", "last_date", "fallbacks", "status"),
        ),
    ),
}
#: closed sets of words in answers
WORDS = {
    ("/api/system/health", "status"): ["ok", "degraded", "failing"],
    ("/api/system/model-age", "status"): ["fresh", "stale", "absent"],
    ("/api/system/data-mode", "mode"): ["demo", "live"],
}
POSITIVE = {"type": "number", "exclusiveMinimum": 0}
NOT_NEGATIVE = {"type": "number", "minimum": 0}
SOME = {"type": "integer", "minimum": 1}
ACCOUNT = ("anyOf", "object", "properties")
#: what every figure of an answer is known to be within, by its place below `data`
FIGURES: dict[str, dict[tuple[str, ...], dict[str, dict[str, Any]]]] = {
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
#: 200 with null data while there is nothing yet
MAY_BE_NULL = ("/api/signals/latest", "/api/autopilot/latest", "/api/autopilot/paper")
ENVELOPE = ("ok", "data", "error", "meta")
META: dict[str, Any] = {
    "request_id": {"type": "string"},
    "generated_at": TIME,
    "elapsed_ms": {"type": "number"},
    "data_mode": {"anyOf": [{"type": "string", "enum": ["demo", "live"]}, {"type": "null"}]},
    "warnings": {"type": "array", "items": {"type": "string"}},
}
