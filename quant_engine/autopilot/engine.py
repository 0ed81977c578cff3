"""One research cycle: retrain if there is reason to, backtest old and new, promote the better one."""

import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from quant_engine.data.manifest import DataManifest
from quant_engine.domain.errors import NoModel
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    TrainParameters,
)
from quant_engine.domain.reports import AutopilotSummary, BacktestReport
from quant_engine.domain.work import Work
from quant_engine.models.registry import ModelManifest, ModelRegistry
from quant_engine.pipeline import backtest_version, fit, load

STALE_AFTER_DAYS = 90


def run_cycle(parameters: AutopilotParameters, work: Work) -> AutopilotSummary:
    """Run one cycle; the job function."""
    return AutopilotEngine(work).run_cycle(parameters)


class AutopilotEngine:
    """Decides with the same pipeline, costs and fills as the backtest."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._registry = ModelRegistry(work.workspace.home)

    def run_cycle(self, parameters: AutopilotParameters) -> AutopilotSummary:
        """Decide whether a new version is needed and better; with `dry_run` nothing is kept."""
        _, data = load(self._work.workspace)
        current = self._current()
        reason = _reason_to_train(current, data, parameters)
        if current is not None and reason is None:
            report = self._score(self._registry, current, parameters)
            return _summary(parameters, current, report, None, "The model is fresh; it is kept.")
        if parameters.dry_run:
            with tempfile.TemporaryDirectory(prefix="dry-run-") as folder:
                scratch = ModelRegistry(Path(folder))
                return self._challenge(scratch, current, parameters, str(reason))
        return self._challenge(self._registry, current, parameters, str(reason))

    def _challenge(
        self,
        registry: ModelRegistry,
        current: ModelManifest | None,
        parameters: AutopilotParameters,
        reason: str,
    ) -> AutopilotSummary:
        wanted = TrainParameters(years=parameters.years, full_universe=parameters.full_universe)
        candidate = fit(registry, wanted, self._part(0.0, 0.7))
        new = self._score(registry, candidate, parameters)
        old = None if current is None else self._try_score(current, parameters)
        better = old is None or (new.metrics.sharpe or 0.0) >= (old.metrics.sharpe or 0.0)
        verdict = "beats" if better else "does not beat"
        against = (
            "there is nothing to compare it with"
            if old is None
            else f"its Sharpe {new.metrics.sharpe} {verdict} {old.metrics.sharpe}"
        )
        told = f"{reason} A candidate was trained; {against}."
        if better and not parameters.dry_run:
            registry.promote(candidate.version)
        elif not better and not parameters.dry_run:
            shutil.rmtree(registry.folder(candidate.version), ignore_errors=True)
        if parameters.dry_run:
            told += " Dry run: nothing was changed."
        if better:
            return _summary(parameters, candidate, new, candidate, told)
        return _summary(parameters, current or candidate, old or new, None, told, retrained=True)

    def _current(self) -> ModelManifest | None:
        try:
            return self._registry.resolve(
                "latest",
                BacktestParameters().horizon,
                BacktestParameters().feature_mode,
                self._work.workspace.data_source,
            )
        except NoModel:
            return None

    def _score(
        self, registry: ModelRegistry, version: ModelManifest, parameters: AutopilotParameters
    ) -> BacktestReport:
        wanted = BacktestParameters(years=parameters.years, full_universe=parameters.full_universe)
        return backtest_version(registry, version, wanted, self._part(0.7, 1.0))

    def _try_score(
        self, version: ModelManifest, parameters: AutopilotParameters
    ) -> BacktestReport | None:
        try:
            return self._score(self._registry, version, parameters)
        except NoModel:
            # the version's predictions begin too late to be compared over these years
            return None

    def _part(self, begin: float, end: float) -> Work:
        whole = self._work

        def progress(fraction: float, message: str) -> None:
            whole.progress(begin + fraction * (end - begin), message)

        return replace(whole, progress=progress)


def _reason_to_train(
    current: ModelManifest | None, data: DataManifest, parameters: AutopilotParameters
) -> str | None:
    if current is None:
        return "Nothing is trained yet."
    if current.data_fingerprint != data.fingerprint:
        return "The data changed since the model was trained."
    if _age_days(current.last_date, data.last_date) > STALE_AFTER_DAYS:
        return "The model is stale."
    if current.params.years < parameters.years:
        return f"The model's predictions cover {current.params.years} years only."
    return None


def _age_days(trained_to: date, last_bar: date) -> int:
    return (last_bar - trained_to).days


def _summary(  # noqa: PLR0913 - what is told, each named
    parameters: AutopilotParameters,
    version: ModelManifest,
    report: BacktestReport,
    promoted: ModelManifest | None,
    reason: str,
    *,
    retrained: bool = False,
) -> AutopilotSummary:
    return AutopilotSummary(
        dry_run=parameters.dry_run,
        retrained=retrained or promoted is not None,
        promoted=promoted is not None and not parameters.dry_run,
        model_version=version.version,
        reason=reason,
        metrics=report.metrics,
    )
