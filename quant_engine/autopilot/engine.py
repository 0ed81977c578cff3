"""One research cycle: refresh, score, retrain, try rules, promote what is more than chance, trade on paper.

Every step makes one decision and stores it with its evidence, and every action can be repeated. So a
killed cycle continues where it was: it reads the stored decisions and does not decide again.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import pandas as pd
from sqlalchemy import Connection

from quant_engine.autopilot.journal import Journal, open_journal, snapshots
from quant_engine.autopilot.promotion import InForce, decide
from quant_engine.autopilot.retraining import (
    HORIZON,
    causes_to_replace,
    challenger,
    retrain_decision,
    training_parameters,
)
from quant_engine.autopilot.scoring import score_decision, score_signals
from quant_engine.autopilot.selection import Trial, candidates_decision, walk_forward
from quant_engine.autopilot.trading import trade
from quant_engine.data.universe import chosen_names, years_before
from quant_engine.domain.autopilot import (
    AnyDecision,
    AutopilotSummary,
    CandidatesDecision,
    Cause,
    PromoteDecision,
    RefreshDecision,
    RetrainDecision,
    ScoreDecision,
    TradeDecision,
)
from quant_engine.domain.errors import NoModel
from quant_engine.domain.parameters import (
    MOST_YEARS,
    AutopilotParameters,
    BacktestParameters,
)
from quant_engine.domain.work import Work
from quant_engine.models.registry import ModelRegistry
from quant_engine.pipeline import Signals, fit, load, out_of_sample

D = TypeVar("D", bound=AnyDecision)
Writes = list[Callable[[Connection], None]]


def run_cycle(parameters: AutopilotParameters, work: Work) -> AutopilotSummary:
    """Run one cycle: the job function of `JOB_TYPES`."""
    return AutopilotEngine(work).run_cycle(parameters)


class AutopilotEngine:
    """Runs cycles with the same pipeline, costs and fills as the backtest."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def run_cycle(self, parameters: AutopilotParameters) -> AutopilotSummary:
        """Run every step; with `dry_run` it stores nothing.

        Raises:
            Refused, Unavailable: the data, a file or the database cannot be used.
        """
        stores = not parameters.dry_run
        workspace = self._work.workspace
        with (
            open_journal(workspace, self._work.job_id, stores=stores) as journal,
            _registry_for_new(workspace.home, stores=stores) as new,
        ):
            return _Cycle(self._work, parameters, journal, new).run()


@contextmanager
def _registry_for_new(home: Path, *, stores: bool) -> Iterator[ModelRegistry]:
    if stores:
        yield ModelRegistry(home)
        return
    with tempfile.TemporaryDirectory(prefix="dry-run-") as folder:
        yield ModelRegistry(Path(folder))


class _Cycle:
    def __init__(
        self, work: Work, parameters: AutopilotParameters, journal: Journal, new: ModelRegistry
    ) -> None:
        self._work = work
        self._parameters = parameters
        self._journal = journal
        self._registry = ModelRegistry(work.workspace.home)
        self._new = new  #: for the version that this cycle trains
        self._base = BacktestParameters(
            years=parameters.years, full_universe=parameters.full_universe
        )
        work.progress(0.0, "refreshing the data")
        self._source, self._data = self._opened = load(work.workspace)
        self._decided: list[AnyDecision] = []
        self._signals = cache(self._predict)

    def run(self) -> AutopilotSummary:
        self._resume()
        self._take(RefreshDecision, self._refresh)
        self._work.progress(0.02, "scoring the model in force")
        scored = self._take(ScoreDecision, self._score)
        self._work.progress(0.1, "deciding whether to retrain")
        retrained = self._take(RetrainDecision, lambda: self._retrain(scored))
        self._work.progress(0.7, "walking the candidates forward")
        tried = self._take(CandidatesDecision, lambda: self._try(retrained))
        self._work.progress(0.85, "deciding what is in force")
        before = self._in_force(scored)
        promoted = self._take(PromoteDecision, lambda: self._promote(before, retrained, tried))
        self._put_in_force(promoted)
        self._work.progress(0.9, "trading on paper")
        traded = self._take(TradeDecision, lambda: self._trade(before, promoted))
        self._journal.end()
        reasons = [retrained.reason, promoted.reason, traded.reason]
        if self._parameters.dry_run:
            reasons.insert(
                0, "Dry run: nothing was changed. A cycle that is no dry run would report:"
            )
        return AutopilotSummary(
            dry_run=self._parameters.dry_run,
            retrained=retrained.outcome != "kept",
            promoted=promoted.outcome == "promoted" and not self._parameters.dry_run,
            model_version=promoted.model_version,
            reason=" ".join(reasons),
            metrics=promoted.metrics,
            decisions=self._decided,
        )

    def _resume(self) -> None:
        decided = self._journal.begin(self._parameters)
        refreshed = [decision for decision in decided if isinstance(decision, RefreshDecision)]
        if refreshed and refreshed[0].data_fingerprint != self._data.fingerprint:
            # the earlier decisions were made on other prices
            self._journal.start_over()
            decided = []
        self._decided = decided

    def _take(self, kind: type[D], decide: Callable[[], tuple[D, Writes]]) -> D:
        for earlier in self._decided:
            if isinstance(earlier, kind):
                return earlier
        decision, writes = decide()
        self._journal.save(decision, *writes)
        self._decided.append(decision)
        return decision

    def _refresh(self) -> tuple[RefreshDecision, Writes]:
        sessions = self._source.bars().index
        last = next((decision.last_date for decision in self._before(RefreshDecision)), None)
        n_new = len(sessions) if last is None else int((sessions > pd.Timestamp(last)).sum())
        new = "1 session is new" if n_new == 1 else f"{n_new} sessions are new"
        found = f"There are {n_new} sessions" if last is None else new
        decision = RefreshDecision(
            step="refresh",
            outcome="new_sessions" if n_new else "no_new_sessions",
            reason=f"{found}; the last bar is of {self._data.last_date}.",
            data_fingerprint=self._data.fingerprint,
            last_date=self._data.last_date,
            n_new_sessions=n_new,
            n_problems=len(self._data.problems),
        )
        return decision, []

    def _score(self) -> tuple[ScoreDecision, Writes]:
        try:
            version = self._registry.resolve(
                "latest", HORIZON, self._base.feature_mode, self._data.source
            ).version
        except NoModel:
            return score_decision(None, None), []
        score = score_signals(self._covered(version), HORIZON)
        writes = snapshots(version, HORIZON, self._data.last_date, score)
        return score_decision(version, score), list(writes)

    def _retrain(self, scored: ScoreDecision) -> tuple[RetrainDecision, Writes]:
        current, causes = None, list[Cause](["absent"])
        if scored.model_version is not None:
            current = self._registry.get(scored.model_version)
            decayed = scored.outcome == "decayed"
            causes = causes_to_replace(
                current, self._parameters, self._source, self._data, decayed=decayed
            )
            if not causes:
                return retrain_decision("kept", current, causes, decayed=decayed), []
        waiting = challenger(
            self._registry, self._parameters, self._source, self._data, after=current
        )
        if waiting is not None:
            return retrain_decision("reused", waiting, causes), []
        training = training_parameters(self._parameters, self._data)
        trained = fit(self._new, training, self._part(0.1, 0.7))
        return retrain_decision("trained", trained, causes), []

    def _try(self, retrained: RetrainDecision) -> tuple[CandidatesDecision, Writes]:
        # the same predictions count once
        before = (decision.prediction_fingerprint for decision in self._before(RetrainDecision))
        tried = {retrained.prediction_fingerprint, *before}
        signals = self._signals(retrained.model_version, self._parameters.years)
        return candidates_decision(self._base, signals, len(tried)), []

    def _promote(
        self, before: InForce, retrained: RetrainDecision, tried: CandidatesDecision
    ) -> tuple[PromoteDecision, Writes]:
        decision = decide(before, self._base, retrained, tried, self._walk)
        if decision.outcome != "promoted" or decision.strategy is None:
            return decision, []
        return decision, [self._journal.promotion(decision.strategy, decision.reason)]

    def _put_in_force(self, promoted: PromoteDecision) -> None:
        version = promoted.model_version
        is_due = promoted.outcome == "promoted" and self._journal.stores
        # once only: a user may have promoted another version since
        if is_due and version is not None and not self._registry.is_promoted(version):
            self._registry.promote(version)

    def _trade(self, before: InForce, promoted: PromoteDecision) -> tuple[TradeDecision, Writes]:
        decision = trade(
            self._journal,
            self._source,
            lambda strategy: self._covered(strategy.version),
            before=before.strategy,
            now=promoted.strategy,
        )
        return decision, []

    # shared by the steps

    def _before(self, kind: type[D]) -> Iterator[D]:
        """Yield the decisions of a step of earlier cycles, newest first."""
        for cycle in self._journal.earlier():
            yield from (decision for decision in cycle.decisions if isinstance(decision, kind))

    def _in_force(self, scored: ScoreDecision) -> InForce:
        promoted = self._journal.strategy_before()
        if scored.model_version is None:
            return InForce(strategy=None, by_cycle=False)
        now = {
            "version": scored.model_version,
            "years": self._parameters.years,
            "full_universe": self._parameters.full_universe,
        }
        strategy = (promoted or self._base).model_copy(update=now)
        return InForce(strategy=strategy, by_cycle=promoted is not None)

    def _walk(self, params: BacktestParameters) -> Trial:
        return walk_forward(params, self._signals(params.version, params.years))

    def _covered(self, version: str) -> Signals:
        """Return a version's signals over all whole years of its predictions.

        These may be more years than the cycle's and the training's, so that the paper account skips no
        session after a long pause.
        """
        manifest = self._home_of(version).get(version)
        names = chosen_names(self._data, None, full_universe=self._base.full_universe)
        last = self._source.bars(tickers=names).index[-1].date()
        years = last.year - manifest.first_date.year
        if years_before(last, years) < manifest.first_date:
            years -= 1
        return self._signals(version, min(max(years, manifest.params.years), MOST_YEARS))

    def _predict(self, version: str, years: int) -> Signals:
        registry = self._home_of(version)
        parameters = self._base.model_copy(update={"years": years})
        return out_of_sample(registry, registry.get(version), parameters, self._opened)

    def _home_of(self, version: str) -> ModelRegistry:
        return self._new if self._new.folder(version).exists() else self._registry

    def _part(self, begin: float, end: float) -> Work:
        whole = self._work

        def progress(fraction: float, message: str) -> None:
            whole.progress(begin + fraction * (end - begin), message)

        return replace(whole, progress=progress)
