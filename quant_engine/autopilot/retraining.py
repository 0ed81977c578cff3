"""Decides whether a version must be replaced, and why."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pandas as pd

from quant_engine.data.manifest import DataManifest
from quant_engine.data.panel import PricePanel
from quant_engine.data.source import Source
from quant_engine.data.universe import chosen_names
from quant_engine.domain.autopilot import Cause, RetrainDecision
from quant_engine.domain.models import STALE_AFTER_DAYS
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters, TrainParameters
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry

HORIZON = BacktestParameters().horizon  #: sessions ahead that a cycle's models predict
#: from the last bar of the training to the last bar of the data; with fewer new days, a new training would decay as
#: the old one
LEARNT_AFTER_DAYS = 30

REASONS: dict[Cause, str] = {
    "absent": "there is none",
    "stale": f"its last bar is more than {STALE_AFTER_DAYS} days old",
    "decayed": "it ranks worse than before",
    "revised": "prices that it was trained on have changed",
    "universe": "it was not trained on all of these names",
    "years": "its predictions cover fewer years",
}


def training_parameters(parameters: AutopilotParameters, data: DataManifest) -> TrainParameters:
    """Return the parameters of a cycle's training: point-in-time if the source has membership."""
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
    """Return why `version` must be replaced; none: it need not be."""
    names = chosen_names(data, None, full_universe=parameters.full_universe)
    age_days = (data.last_date - version.last_date).days
    holds: dict[Cause, bool] = {
        "stale": age_days > STALE_AFTER_DAYS,
        "decayed": decayed and age_days >= LEARNT_AFTER_DAYS,
        "revised": was_revised(version, source),
        "universe": not set(names) <= set(version.tickers),
        "years": version.params.years < parameters.years,
    }
    return [cause for cause, is_true in holds.items() if is_true]


def was_revised(version: VersionManifest, source: Source) -> bool:
    """Whether the bars up to the version's last one differ from those that it was trained on."""
    trained = version.data_fingerprint
    return source.fingerprint != trained and _cut(source, version.last_date).fingerprint != trained


def _cut(source: Source, last: date) -> PricePanel:
    # the content of the source when `last` was its last bar
    closes = source.bars().loc[: pd.Timestamp(last)].dropna(axis="columns", how="all")
    membership = source.membership
    if membership is not None:
        # a spell that ended later had no end then, and one that began later did not exist
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
    """Return the newest version with the cycle's parameters that was never promoted and need not be replaced.

    It saves a training after a cycle that was interrupted, and after one that rejected the version.
    """
    training = training_parameters(parameters, data)
    waiting = [
        version
        for version in registry.versions()
        if version.params == training
        and version.data_source == data.source
        and (after is None or version.trained_at > after.trained_at)
        and not registry.is_promoted(version.version)
    ]
    # not by name: the names of two versions of one second have no order
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
    """Return which version the candidates trade, and why; `decayed`: whether a kept one ranks worse than before."""
    why = "; ".join(REASONS[cause] for cause in causes)
    reasons = {
        "kept": (
            f"{version.version} ranks worse than before and is kept: there are fewer than "
            f"{LEARNT_AFTER_DAYS} days of new prices to learn from."
            if decayed
            else f"{version.version} needs no replacement and is kept."
        ),
        "reused": f"A new model is needed: {why}. {version.version} was trained for it already.",
        "trained": f"{version.version} was trained: {why}.",
    }
    score = next(score for score in version.scores if score.horizon == HORIZON)
    return RetrainDecision(
        step="retrain",
        outcome=outcome,
        reason=reasons[outcome],
        causes=causes,
        model_version=version.version,
        prediction_fingerprint=version.prediction_fingerprint,
        rank_ic=score.rank_ic,
        rank_ic_t=score.rank_ic_t,
    )
