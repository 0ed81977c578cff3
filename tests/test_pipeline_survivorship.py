"""A universe as of each day: delisted names are trained on and traded, and no name outside its membership."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quant_engine import pipeline
from quant_engine.artifacts import Artifacts
from quant_engine.backtest.costs import LOST_PRICE_HAIRCUT
from quant_engine.data.demo import load_demo
from quant_engine.domain.errors import ErrorCode, Refused
from quant_engine.domain.parameters import BacktestParameters, PredictParameters, TrainParameters
from quant_engine.domain.work import Work, Workspace
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.predictions import read_predictions
from quant_engine.models.registry import ModelRegistry
from quant_engine.models.walk_forward import TRAIN_SESSIONS

DIED, LAST = "2021-06-30", "2022-12-28"
#: KO leaves the universe, AMD joins it, and BAC's prices end
SPELLS = {
    "AAPL": ("2000-01-01", ""),
    "AMD": ("2021-01-01", ""),
    "BAC": ("2000-01-01", DIED),
    "KO": ("2000-01-01", "2020-12-31"),
    "MSFT": ("2000-01-01", ""),
}
EVERYONE = BacktestParameters(
    years=3, full_universe=True, entry_threshold=-1, max_positions=500, holding_period=252
)


def closes_of(home: Path) -> pd.DataFrame:
    closes = load_demo(Workspace(home)).bars(tickers=list(SPELLS)).loc["2013":].copy()
    closes.loc[closes.index > DIED, "BAC"] = np.nan
    return closes


def inside(sessions: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: (sessions >= start) & (sessions <= (end or LAST))
            for name, (start, end) in SPELLS.items()
        },
        index=sessions,
    )


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """Prices of a folder, with the members of each day."""
    folder = tmp_path_factory.mktemp("members")
    prices = folder / "prices"
    prices.mkdir()
    for name, closes in closes_of(folder).items():
        closes.dropna().rename("close").to_csv(prices / f"{name}.csv", index_label="date")
    spells = [f"{name},{start},{end}" for name, (start, end) in SPELLS.items()]
    (prices / "membership.csv").write_text("\n".join(["ticker,start,end", *spells]) + "\n")
    (prices / "core.txt").write_text("AAPL\nMSFT\nKO\n")
    return Work("job", Workspace(folder, "files", prices), lambda _fraction, _message: None)


@pytest.fixture(scope="module")
def version(members: Work) -> VersionManifest:
    """Train on members only."""
    parameters = TrainParameters(years=3, survivorship=True)
    return pipeline.fit(ModelRegistry(members.workspace.home), parameters, members)


def test_training_uses_delisted_names_within_their_membership_only(
    members: Work, version: VersionManifest
) -> None:
    assert version.tickers == list(SPELLS)
    assert not version.survivorship_biased
    closes = closes_of(members.workspace.home)
    learned = inside(closes.index) & closes.shift(-10).notna()
    first = int(closes.index.searchsorted(pd.Timestamp(version.first_date))) - TRAIN_SESSIONS
    for fold in version.folds:
        rows = learned.iloc[first:].loc[: pd.Timestamp(fold.train_end)].iloc[:-10]
        assert fold.n_rows == int(rows.to_numpy().sum())
    # in the last one all five, within their membership
    assert rows.sum().gt(0).all()
    assert rows["BAC"].sum() < rows["AAPL"].sum()


def test_no_name_is_predicted_outside_its_membership(
    members: Work, version: VersionManifest
) -> None:
    registry = ModelRegistry(members.workspace.home)
    opened = pipeline.load(members.workspace)
    predicted = pipeline.out_of_sample(registry, version, EVERYONE, opened).predicted
    assert predicted.notna().equals(inside(predicted.index))
    stored = read_predictions(registry.folder(version.version), version.predictions)[10].mean
    # the stored predictions include the names that were left out; a version of today's names would trade them
    assert stored.notna().to_numpy().sum() > predicted.notna().to_numpy().sum()


def test_scores_count_members_only(members: Work, version: VersionManifest) -> None:
    registry = ModelRegistry(members.workspace.home)
    stored = read_predictions(registry.folder(version.version), version.predictions)[10].mean
    closes = closes_of(members.workspace.home)
    returns = (closes.shift(-10) / closes - 1).reindex(stored.index).where(inside(stored.index))
    has_outcome = returns.notna() & (returns != 0)
    right = (np.sign(stored) == np.sign(returns)) & has_outcome
    assert version.scores[0].hit_rate == pytest.approx(
        right.to_numpy().sum() / has_outcome.to_numpy().sum()
    )


def test_a_delisted_name_is_closed_at_a_loss(members: Work, version: VersionManifest) -> None:
    parameters = EVERYONE.model_copy(update={"version": version.version})
    pipeline.backtest(parameters, members)
    report = Artifacts(members.workspace.home).read_report("job")
    (lost,) = [trade for trade in report.trades if trade.exit_reason == "price_lost"]
    assert lost.ticker == "BAC"
    assert lost.exit_date == date(2021, 7, 1)
    last_price = float(closes_of(members.workspace.home)["BAC"].dropna().iloc[-1])
    assert lost.exit_price == pytest.approx(last_price * (1 - LOST_PRICE_HAIRCUT))
    assert lost.profit < 0
    day = report.dates.index(lost.exit_date)
    value = lost.shares * last_price
    assert report.equity[day] - report.equity[day - 1] < -0.2 * value


def test_a_point_in_time_version_trades_members_only(members: Work) -> None:
    pipeline.train(TrainParameters(years=3, survivorship=True), members)
    pipeline.backtest(EVERYONE.model_copy(update={"holding_period": 10}), members)
    report = Artifacts(members.workspace.home).read_report("job")
    assert not report.provenance.survivorship_biased
    entries = {(trade.ticker, trade.entry_date.year) for trade in report.trades}
    assert ("AMD", 2020) not in entries
    assert ("AMD", 2021) in entries
    assert ("KO", 2020) in entries
    assert ("KO", 2022) not in entries
    signals = pipeline.predict(PredictParameters(full_universe=True), members).top
    assert {signal.ticker for signal in signals} == {"AAPL", "AMD", "MSFT"}


def test_a_version_of_todays_names_says_that_it_is_biased(members: Work) -> None:
    pipeline.train(TrainParameters(years=2), members)
    pipeline.backtest(BacktestParameters(years=2), members)
    assert Artifacts(members.workspace.home).read_report("job").provenance.survivorship_biased


def test_years_of_a_name_that_ended_count_from_its_last_bar(members: Work) -> None:
    pipeline.train(TrainParameters(years=3, tickers=["BAC"]), members)
    pipeline.backtest(BacktestParameters(years=1, tickers=["BAC"]), members)
    report = Artifacts(members.workspace.home).read_report("job")
    assert (str(report.first_date), str(report.last_date)) == ("2020-06-30", "2021-06-30")
    as_of = pipeline.predict(PredictParameters(tickers=["BAC"]), members).as_of
    assert str(as_of) == "2021-06-30"


def test_survivorship_is_refused_without_membership(tmp_path: Path, members: Work) -> None:
    source = members.workspace.data_path
    assert source is not None
    prices = tmp_path / "prices"
    prices.mkdir()
    for path in source.glob("[A-Z]*.csv"):
        (prices / path.name).write_bytes(path.read_bytes())
    for workspace in (Workspace(tmp_path), Workspace(tmp_path, "files", prices)):
        work = Work("job", workspace, members.progress)
        with pytest.raises(Refused, match=r"membership\.csv") as caught:
            pipeline.train(TrainParameters(years=1, survivorship=True), work)
        assert caught.value.code is ErrorCode.SURVIVORSHIP_UNAVAILABLE
        assert [path for path, _ in caught.value.fields] == ["survivorship"]
    assert not (tmp_path / "models").exists()
