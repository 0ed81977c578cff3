"""Values: times without a zone, NaN that becomes null, rounded figures, bools and texts accepted as numbers."""

from contract_tests.drift.drifts import drift

ENVELOPE = "quant_engine/api/schemas/envelope.py"
HEALTH = "quant_engine/api/services/health_checks.py"
SCHEMAS = "quant_engine/api/schemas/system_health.py"
JOBS = "quant_engine/api/schemas/jobs.py"
PARAMETERS = "quant_engine/domain/parameters.py"
TRACKING = "quant_engine/domain/tracking.py"
EXECUTION = "quant_engine/tracking/execution_tracker.py"

VALUES = (
    drift(
        "time-without-zone",
        "The times of answers have no zone; the page is wrong by the user's offset.",
        (ENVELOPE, "            generated_at=datetime.now([-UTC-]),"),
        (ENVELOPE, "    generated_at: [-AwareDatetime-]{+datetime+}\n"),
        (ENVELOPE, "from pydantic import[- AwareDatetime,-] BaseModel, ConfigDict, Field\n"),
        (ENVELOPE, "from datetime import [-UTC, -]datetime"),
        caught_by="coercion: time-without-zone at /meta/generated_at",
    ),
    drift(
        "time-in-another-zone",
        "A model's age is in the exchange's time zone; clients that expect Z cannot read it.",
        (HEALTH, 'trained_at=version.trained_at{+.astimezone(ZoneInfo("America/New_York"))+},\n'),
        (HEALTH, "from datetime import date\n{+from zoneinfo import ZoneInfo\n+}"),
        caught_by="coercion: value-changed at GET /api/system/model-age /data/trained_at, found -05:00",
    ),
    drift(
        "nan-that-became-null",
        "Without a model its age is NaN, which becomes null on the wire; a sum over services is NaN too.",
        (HEALTH, 'trained_at=None, age_days=[-None-]{+float("nan")+},'),
        (SCHEMAS, "    age_days: [-Days-]{+float+} | None\n"),
        caught_by="coercion: not-finite at GET /api/system/model-age /data/age_days, expected float nan, found None",
    ),
    drift(
        "nan-where-there-are-too-few",
        "Without fills their standard error is NaN, which becomes null on the wire; an average over it is wrong.",
        (
            EXECUTION,
            'standard_error_bps=stdev(shortfalls) / len(fills) ** 0.5 if several else [-None-]{+float("nan")+},',
        ),
        (TRACKING, "    standard_error_bps: [-BasisPoints-]{+float+} | None  #: of that mean"),
        caught_by="coercion: not-finite at GET /api/system/execution-quality /data/standard_error_bps, expected float nan, found None",
    ),
    drift(
        "precision-lost",
        "The service rounds progress in answers; two clients disagree, and a stream differs from the store.",
        (
            JOBS,
            "        Fraction,{+\n",
            "        PlainSerializer(lambda fraction: round(fraction, 1)),\n",
            '       +} Field(ge=0, le=1, description="Fraction done, rising within an attempt."){+,+}\n',
        ),
        (
            JOBS,
            "from pydantic import [-AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter-]{+(\n",
            "    AwareDatetime,\n    BaseModel,\n    ConfigDict,\n    Field,\n",
            "    PlainSerializer,\n    TypeAdapter,\n)+}",
        ),
        caught_by="coercion: value-changed at /progress, expected float, found float",
    ),
    drift(
        "number-sent-as-text",
        "The duration of an answer is text; a chart sorts 10 before 9.",
        (ENVELOPE, "    elapsed_ms: [-Milliseconds-]{+str+}\n"),
        (ENVELOPE, '[-round(-]{+f"{+}(perf_counter() - self.began) * 1000[-, 3),-]{+:.3f}",+}'),
        caught_by="wire: value-changed at /components/schemas/ResponseMeta/properties/elapsed_ms/type, expected number, found string",
    ),
    drift(
        "fraction-sent-as-percent",
        "Progress runs to 100; the page's bar is full at one percent.",
        (JOBS, '[-1, description="Fraction-]{+100, description="Percent+}'),
        ("quant_engine/api/jobs/store.py", "at_least={+100 * +}min(max(fraction, 0.0), 1.0),"),
        caught_by="wire: value-changed at /properties/progress/maximum, expected 1, found 100",
    ),
    drift(
        "bool-taken-for-number",
        "The service accepts `years: true` as one year.",
        (PARAMETERS, "Years = Annotated[int, Field(ge=1, le=MOST_YEARS)[-, NUMBER_ONLY-]]"),
        caught_by="exhaustive-checks: types-read-strictly at body/years, expected true, found 1",
    ),
    drift(
        "text-taken-for-number",
        'The service accepts `position_size: "0.5"`, and clients begin to send text.',
        (
            PARAMETERS,
            'Field(gt=0, le=1, description="Fraction of equity per entry.")[-, NUMBER_ONLY-]',
        ),
        caught_by="exhaustive-checks: types-read-strictly at POST /api/compute/backtest body/position_size, found 1",
    ),
    drift(
        "text-taken-for-bool",
        'The service accepts `dry_run: "false"`, and every other word that pydantic converts.',
        (PARAMETERS, "Flag = Annotated[bool, Field([-strict=True-])]"),
        caught_by='exhaustive-checks: types-read-strictly at body/dry_run, expected "true", found true',
    ),
    drift(
        "number-refused-that-is-whole",
        "The service refuses `years: 7.0`, which is an integer in JSON; clients in JavaScript fail now and then.",
        (
            PARAMETERS,
            "    if isinstance(value, bool | str | bytes){+ or (isinstance(value, float) and value == 7)+}:\n",
        ),
        caught_by="exhaustive-checks: types-read-strictly at body/years, expected 7.0, found 'years'",
    ),
)
