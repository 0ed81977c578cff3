"""The parameters of jobs: names, defaults, bounds and meanings are declared here and nowhere else."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from quant_engine.domain.units import Fraction

FeatureMode = Literal["core", "full"]


def _refuse_bool_and_str(value: Any) -> Any:
    # pydantic's lax mode turns true into 1 and "7" into 7; its strict mode refuses 7.0 for an
    # integer, which JSON Schema accepts: so lax mode without these two.
    if isinstance(value, bool | str | bytes):
        raise ValueError("Input should be a number")  # noqa: TRY004 - pydantic collects ValueError
    return value


# goes after the bounds: pydantic writes the bounds of a wrapped type as `ge` and `le` into JSON Schema,
# which no client understands
NUMBER_ONLY = BeforeValidator(_refuse_bool_and_str)
Flag = Annotated[bool, Field(strict=True)]

Ticker = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9.-]{0,11}$")]
Tickers = Annotated[
    Annotated[
        list[Ticker], Field(min_length=1, max_length=500, json_schema_extra={"uniqueItems": True})
    ]
    | None,
    Field(
        description="These names. If empty: the core list, or every name of the data with the full universe."
    ),
]
Horizon = Annotated[int, Field(ge=1, le=252), NUMBER_ONLY]
MOST_YEARS = 40
MOST_HORIZONS = 8
WARMUP_YEARS = 4  #: of history before the first prediction: three to train on, one to look back
Years = Annotated[int, Field(ge=1, le=MOST_YEARS), NUMBER_ONLY]
FullUniverse = Annotated[
    Flag, Field(description="Every name of the data; not together with tickers.")
]
FeatureSet = Annotated[FeatureMode, Field(description="Which features the model uses.")]
Version = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$",
        description="Model version; `latest` means the newest that fits when the job starts.",
    ),
]


class Parameters(BaseModel):
    """The base of all parameters: it refuses unknown fields, and values cannot change."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        # in answers every field is present, so the contract requires each
        json_schema_serialization_defaults_required=True,
    )


def _only_when(**schemas: dict[str, Any]) -> Any:
    """Declare that a field is refused or has no effect unless the other fields fit these schemas."""
    extra: dict[str, Any] = {"x-only-when": schemas}
    return Field(json_schema_extra=extra)


_NONE: dict[str, Any] = {"type": "null"}
_OFF: dict[str, Any] = {"const": False}


class _Universe(Parameters):
    tickers: Tickers = None
    full_universe: Annotated[FullUniverse, _only_when(tickers=_NONE)] = False

    @model_validator(mode="after")
    def _one_universe(self) -> Self:
        if self.tickers is not None:
            if self.full_universe:
                raise ValueError("Choose tickers or the full universe, not both")
            if len(set(self.tickers)) != len(self.tickers):
                raise ValueError("tickers must be distinct")
        return self


class BacktestParameters(_Universe):
    """Trade a model's out-of-sample predictions over past bars."""

    horizon: Annotated[
        Horizon, Field(description="Trading days ahead that the model predicts.")
    ] = 10
    years: Annotated[
        Years, Field(description="Years of trading, counted back from the last bar.")
    ] = 15
    feature_mode: FeatureSet = "core"
    risk_management: Annotated[
        Flag, Field(description="Stop-loss, volatility target and drawdown breaker.")
    ] = False
    version: Version = "latest"
    holding_period: Annotated[
        int,
        Field(ge=1, le=252, description="Trading days after which a position is closed."),
        NUMBER_ONLY,
    ] = 10
    max_positions: Annotated[
        int, Field(ge=1, le=500, description="Most positions at once."), NUMBER_ONLY
    ] = 10
    entry_threshold: Annotated[
        Fraction,
        Field(ge=-1, le=1, description="An entry needs a predicted return above this."),
        NUMBER_ONLY,
    ] = 0.01
    position_size: Annotated[
        Fraction, Field(gt=0, le=1, description="Fraction of equity per entry."), NUMBER_ONLY
    ] = 0.1


class TrainParameters(_Universe):
    """Fit a new model version by purged walk-forward."""

    full_universe: Annotated[FullUniverse, _only_when(tickers=_NONE, survivorship=_OFF)] = False
    horizons: Annotated[
        list[Horizon],
        Field(
            min_length=1,
            max_length=MOST_HORIZONS,
            json_schema_extra={"uniqueItems": True},
            description="Trading days ahead to predict, one ensemble each.",
        ),
    ] = [10]
    years: Annotated[
        Years,
        Field(description="Years of out-of-sample predictions, counted back from the last bar."),
    ] = 15
    feature_mode: FeatureSet = "core"
    survivorship: Annotated[
        Flag,
        Field(description="Use a point-in-time universe that includes names delisted later."),
    ] = False

    @model_validator(mode="after")
    def _distinct_horizons(self) -> Self:
        if len(set(self.horizons)) != len(self.horizons):
            raise ValueError("horizons must be distinct")
        return self


class PredictParameters(_Universe):
    """Score today's names with a model version."""

    horizon: Annotated[
        Horizon, Field(description="Trading days ahead that the model predicts.")
    ] = 10
    years: Annotated[
        Years, Field(description="Years of past predictions that each new one is compared with.")
    ] = 2
    feature_mode: FeatureSet = "core"
    version: Version = "latest"


class AutopilotParameters(Parameters):
    """Run one research cycle: retrain if needed, try rules, promote, trade on paper."""

    years: Annotated[Years, Field(description="Years of history to walk forward over.")] = 15
    full_universe: FullUniverse = False
    dry_run: Annotated[Flag, Field(description="Decide, but change nothing.")] = False


AnyParameters = TrainParameters | PredictParameters | BacktestParameters | AutopilotParameters
