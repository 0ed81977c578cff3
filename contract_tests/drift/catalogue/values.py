"""Values: times without a zone, NaN that became null, figures cut short, bools and texts taken for numbers."""

from contract_tests.drift.drifts import drift

ENVELOPE = "quant_engine/api/schemas/envelope.py"
HEALTH = "quant_engine/api/services/health_service.py"
SCHEMAS = "quant_engine/api/schemas/system_health.py"
JOBS = "quant_engine/api/schemas/jobs.py"
PARAMETERS = "quant_engine/domain/parameters.py"
EXECUTION = "quant_engine/tracking/execution_tracker.py"

VALUES = (
    drift(
        "time-without-zone",
        "service",
        "Answers say when they were made without a zone; the page is off by the user's hours.",
        (
            ENVELOPE,
            "            generated_at=datetime.now(UTC),",
            "            generated_at=datetime.now(),",
        ),
        (ENVELOPE, "    generated_at: AwareDatetime\n", "    generated_at: datetime\n"),
        (
            ENVELOPE,
            "from pydantic import AwareDatetime, BaseModel, ConfigDict, FiniteFloat",
            "from pydantic import BaseModel, ConfigDict, FiniteFloat",
        ),
        (ENVELOPE, "from datetime import UTC, datetime", "from datetime import datetime"),
        gate="coercion",
        code="time-without-zone",
        pointer="/meta/generated_at",
    ),
    drift(
        "time-in-another-zone",
        "service",
        "A model's age is told in the exchange's own time; clients that expect Z cannot read it.",
        (
            HEALTH,
            "            trained_at=latest.trained_at,\n",
            '            trained_at=latest.trained_at.astimezone(ZoneInfo("America/New_York")),\n',
        ),
        (
            HEALTH,
            "from typing import Concatenate, Literal, ParamSpec, TypeVar\n",
            "from typing import Concatenate, Literal, ParamSpec, TypeVar\nfrom zoneinfo import ZoneInfo\n",
        ),
        gate="coercion",
        code="value-changed",
        pointer="GET /api/system/model-age /data/trained_at",
        found="-05:00",
    ),
    drift(
        "nan-that-became-null",
        "service",
        "Without a model its age is NaN, and null on the wire by accident; a sum over services is NaN too.",
        (
            HEALTH,
            "                age_days=None,\n                relative_to=relative_to,\n",
            '                age_days=float("nan"),\n                relative_to=relative_to,\n',
        ),
        (SCHEMAS, "    age_days: FiniteFloat | None\n", "    age_days: float | None\n"),
        gate="coercion",
        code="not-finite",
        pointer="GET /api/system/model-age /data/age_days",
        expected="float nan",
        found="None",
    ),
    drift(
        "nan-where-there-are-too-few",
        "service",
        "Without fills their standard error is NaN; the wire says null, and whoever averages them is wrong.",
        (
            EXECUTION,
            "standard_error_bps=stdev(shortfalls) / len(fills) ** 0.5 if several else None,",
            'standard_error_bps=stdev(shortfalls) / len(fills) ** 0.5 if several else float("nan"),',
        ),
        (
            EXECUTION,
            "    standard_error_bps: FiniteFloat | None  #: of that mean",
            "    standard_error_bps: float | None  #: of that mean",
        ),
        (
            SCHEMAS,
            "    standard_error_bps: FiniteFloat | None  #: of that mean",
            "    standard_error_bps: float | None  #: of that mean",
        ),
        gate="coercion",
        code="not-finite",
        pointer="GET /api/system/execution-quality /data/standard_error_bps",
        expected="float nan",
        found="None",
    ),
    drift(
        "precision-lost",
        "service",
        "Progress is rounded on its way out; two clients disagree, and a stream differs from the store.",
        (
            JOBS,
            '        FiniteFloat, Field(ge=0, le=1, description="Fraction done, rising within an attempt.")\n',
            (
                "        FiniteFloat,\n        PlainSerializer(lambda fraction: round(fraction, 1)),\n"
                '        Field(ge=0, le=1, description="Fraction done, rising within an attempt."),\n'
            ),
        ),
        (
            JOBS,
            "from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter",
            (
                "from pydantic import (\n    AwareDatetime,\n    BaseModel,\n    ConfigDict,\n    Field,\n"
                "    FiniteFloat,\n    PlainSerializer,\n    TypeAdapter,\n)"
            ),
        ),
        gate="coercion",
        code="value-changed",
        pointer="/progress",
        expected="float",
        found="float",
    ),
    drift(
        "number-told-as-text",
        "service",
        "How long an answer took is text now; a chart of it sorts 10 before 9.",
        (ENVELOPE, "    elapsed_ms: FiniteFloat\n", "    elapsed_ms: str\n"),
        (
            ENVELOPE,
            "elapsed_ms=round((perf_counter() - self.began) * 1000, 3),",
            'elapsed_ms=f"{(perf_counter() - self.began) * 1000:.3f}",',
        ),
        gate="wire",
        code="value-changed",
        pointer="/components/schemas/ResponseMeta/properties/elapsed_ms/type",
        expected="number",
        found="string",
    ),
    drift(
        "fraction-told-as-percent",
        "service",
        "Progress runs to 100; the page's bar is full at one percent.",
        (
            JOBS,
            'FiniteFloat, Field(ge=0, le=1, description="Fraction done, rising within an attempt.")',
            'FiniteFloat, Field(ge=0, le=100, description="Percent done, rising within an attempt.")',
        ),
        (
            "quant_engine/api/jobs/store.py",
            "func.max(jobs.c.progress, min(max(fraction, 0.0), 1.0)),",
            "func.max(jobs.c.progress, 100 * min(max(fraction, 0.0), 1.0)),",
        ),
        gate="wire",
        code="value-changed",
        pointer="/properties/progress/maximum",
        expected="1",
        found="100",
    ),
    drift(
        "bool-taken-for-number",
        "service",
        "`years: true` is accepted and means one year.",
        (
            PARAMETERS,
            "Years = Annotated[int, Field(ge=1, le=MOST_YEARS), NUMBER_ONLY]",
            "Years = Annotated[int, Field(ge=1, le=MOST_YEARS)]",
        ),
        gate="exhaustive-checks",
        code="types-read-strictly",
        pointer="body/years",
        expected="true",
        found="1",
    ),
    drift(
        "text-taken-for-number",
        "service",
        '`position_size: "0.5"` is accepted, and other clients learn to send text.',
        (
            PARAMETERS,
            'Field(gt=0, le=1, description="Fraction of equity per entry."), NUMBER_ONLY',
            'Field(gt=0, le=1, description="Fraction of equity per entry.")',
        ),
        gate="exhaustive-checks",
        code="types-read-strictly",
        pointer="POST /api/compute/backtest body/position_size",
        found="1",
    ),
    drift(
        "text-taken-for-bool",
        "service",
        '`dry_run: "false"` is accepted, and whatever else pydantic takes for one of the two.',
        (
            PARAMETERS,
            "Flag = Annotated[bool, Field(strict=True)]",
            "Flag = Annotated[bool, Field()]",
        ),
        gate="exhaustive-checks",
        code="types-read-strictly",
        pointer="body/dry_run",
        expected='"true"',
        found="true",
    ),
    drift(
        "number-refused-that-is-whole",
        "service",
        "`years: 7.0` is refused, which JSON says is an integer; clients in JavaScript fail now and then.",
        (
            PARAMETERS,
            "    if isinstance(value, bool | str | bytes):\n",
            "    if isinstance(value, bool | str | bytes) or (isinstance(value, float) and value == 7):\n",
        ),
        gate="exhaustive-checks",
        code="types-read-strictly",
        pointer="body/years",
        expected="7.0",
        found="'years'",
    ),
)
