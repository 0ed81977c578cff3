"""Whether a version has to be replaced, and why."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pandas as pd

from quant_engine.data.manifest import DataManifest
from quant_engine.data.panel import PricePanel
from quant_engine.data.source import Source
from quant_engine.data.universe import chosen_names
from quant_engine.domain.autopilot import Cause, RetrainDecision
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters, TrainParameters
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry

HORIZON = BacktestParameters().horizon  #: sessions ahead that a cycle's models predict
STALE_AFTER_DAYS = 90  #: between the last bar that was trained on and the last there is
LEARNT_AFTER_DAYS = (
    30  #: likewise; sooner, a training sees what the one before saw, and decays as it did
)

TOLD: dict[Cause, str] = {
    "absent": "there is none",
    "stale": f"its last bar is more than {STALE_AFTER_DAYS} days old",
    "decayed": "it ranks worse than it did",
    "revised": "prices that it was trained on were changed since",
    "universe": "it was not trained on all of these names",
    "years": "its predictions cover fewer years",
}


def wanted_training(parameters: AutopilotParameters, data: DataManifest) -> TrainParameters:
    """Return what a cycle trains: point-in-time where the source says who belonged when."""
    return TrainParameters(
        years=parameters.years,
        survivorship=data.has_membership,
        # a point-in-time universe holds every name already
        full_universe=parameters.full_universe and not data.has_membership,
    )


def causes_to_replace(
    version: VersionManifest,
    parameters: AutopilotParameters,
    source: Source,
    data: DataManifest,
    *,
    decayed: bool,
) -> list[Cause]:
    """Return why `version` does not serve, in the order of their names; none: it does."""
    names = chosen_names(data, None, full_universe=parameters.full_universe)
    age_days = (data.last_date - version.last_date).days
    found: dict[Cause, bool] = {
        "stale": age_days > STALE_AFTER_DAYS,
        "decayed": decayed and age_days >= LEARNT_AFTER_DAYS,
        "revised": was_revised(version, source),
        "universe": not set(names) <= set(version.tickers),
        "years": version.params.years < parameters.years,
    }
    return [cause for cause, holds in found.items() if holds]


def was_revised(version: VersionManifest, source: Source) -> bool:
    """Whether the bars up to the version's last one are not those that it was trained on."""
    known = version.data_fingerprint
    return source.fingerprint != known and _cut(source, version.last_date).fingerprint != known


def _cut(source: Source, last: date) -> PricePanel:
    # what the source held when `last` was its last bar
    closes = source.bars().loc[: pd.Timestamp(last)].dropna(axis="columns", how="all")
    membership = source.membership
    if membership is not None:
        # what ended later had no end then, and what began later was not there
        membership = tuple(
            replace(spell, end=None) if spell.end is not None and spell.end > last else spell
            for spell in membership
            if spell.start <= last
        )
    return PricePanel(closes=closes, core_list=source.core_list, membership=membership)


def challenger(
    registry: ModelRegistry,
    parameters: AutopilotParameters,
    source: Source,
    data: DataManifest,
    *,
    after: VersionManifest | None,
) -> VersionManifest | None:
    """Return the newest version that was trained as wanted, never promoted, and still serves.

    It saves a training after a cycle that was ended half-way, and after one that rejected it.
    """
    wanted = wanted_training(parameters, data)
    waiting = [
        version
        for version in registry.versions()
        if version.params == wanted
        and version.data_source == data.source
        and (after is None or version.trained_at > after.trained_at)
        and not registry.is_promoted(version.version)
    ]
    # two of one second have names in any order
    newest = max(waiting, key=lambda version: version.trained_at, default=None)
    if newest is None or causes_to_replace(newest, parameters, source, data, decayed=False):
        return None
    return newest


def retrain_decision(
    outcome: Literal["trained", "reused", "kept"],
    version: VersionManifest,
    causes: list[Cause],
    *,
    decayed: bool = False,
) -> RetrainDecision:
    """Say in words which version the candidates trade, and why; `decayed` is what was found of a kept one."""
    why = "; ".join(TOLD[cause] for cause in causes)
    told = {
        "kept": (
            f"{version.version} ranks worse than it did, and is kept: there are not "
            f"{LEARNT_AFTER_DAYS} days of new prices to learn from."
            if decayed
            else f"{version.version} serves and is kept."
        ),
        "reused": f"A new model is needed: {why}. {version.version} was trained for it already.",
        "trained": f"{version.version} was trained: {why}.",
    }
    score = next(found for found in version.scores if found.horizon == HORIZON)
    return RetrainDecision(
        step="retrain",
        outcome=outcome,
        reason=told[outcome],
        causes=causes,
        model_version=version.version,
        prediction_fingerprint=version.prediction_fingerprint,
        rank_ic=score.rank_ic,
        rank_ic_t=score.rank_ic_t,
    )
