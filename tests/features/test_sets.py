"""Features look back and never ahead, and only at their own name."""

import numpy as np
import pandas as pd
import pytest

from quant_engine.domain.parameters import FeatureMode
from quant_engine.features.sets import LOOK_BACK, compute_features, feature_names
from tests.models.markets import market

MODES: list[FeatureMode] = ["core", "full"]
CLOSES = market(3)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("days", [300, 503, 504, 782])
def test_cutting_the_future_off_changes_nothing_to_the_bit(mode: FeatureMode, days: int) -> None:
    whole, cut = compute_features(CLOSES, mode), compute_features(CLOSES.iloc[:days], mode)
    assert cut.to_numpy().tobytes() == whole.iloc[: len(cut)].to_numpy().tobytes()
    assert np.isfinite(cut.iloc[-1]).all()


@pytest.mark.parametrize("mode", MODES)
def test_another_future_changes_nothing_to_the_bit(mode: FeatureMode) -> None:
    other = CLOSES.copy()
    other.iloc[500:] *= np.random.default_rng(3).uniform(0.5, 2, other.iloc[500:].shape)
    rows = 500 * CLOSES.shape[1]
    before, after = compute_features(CLOSES, mode), compute_features(other, mode)
    assert before.iloc[:rows].to_numpy().tobytes() == after.iloc[:rows].to_numpy().tobytes()
    assert not before.iloc[rows:].equals(after.iloc[rows:])


@pytest.mark.parametrize("mode", MODES)
def test_a_name_has_the_same_features_alone(mode: FeatureMode) -> None:
    among = compute_features(CLOSES, mode).iloc[1 :: CLOSES.shape[1]]
    alone = compute_features(CLOSES[["BBB"]], mode)
    pd.testing.assert_frame_equal(among, alone, check_exact=True)


@pytest.mark.parametrize("mode", MODES)
def test_a_row_needs_no_more_than_the_look_back(mode: FeatureMode) -> None:
    whole = compute_features(CLOSES, mode).loc[CLOSES.index[-1]]
    recent = compute_features(CLOSES.iloc[-LOOK_BACK - 1 :], mode).loc[CLOSES.index[-1]]
    pd.testing.assert_frame_equal(whole, recent, check_exact=True)
    if mode == "full":
        short = compute_features(CLOSES.iloc[-LOOK_BACK:], mode).loc[CLOSES.index[-1]]
        assert short.isna().any(axis=None)


@pytest.mark.parametrize("mode", MODES)
def test_a_constant_price_has_features(mode: FeatureMode) -> None:
    still = pd.DataFrame({"AAA": 5.0}, index=CLOSES.index)
    last = compute_features(still, mode).iloc[-1]
    assert last.drop("rsi_14").abs().max() < 1e-12
    assert last["rsi_14"] == 0.5


def test_features_are_what_their_names_say() -> None:
    row = compute_features(CLOSES, "full").loc[(CLOSES.index[-1], "CCC")]
    close = CLOSES["CCC"].to_numpy()
    returns = np.diff(np.log(close))
    assert row["momentum_21"] == pytest.approx(close[-1] / close[-22] - 1)
    assert row["volatility_63"] == pytest.approx(returns[-63:].std(ddof=1))
    assert row["distance_200"] == pytest.approx(close[-1] / close[-200:].mean() - 1)
    assert row["drawdown_252"] == pytest.approx(close[-1] / close[-252:].max() - 1)
    change = np.diff(close)[-14:]
    assert row["rsi_14"] == pytest.approx(change[change > 0].sum() / np.abs(change).sum())


def test_full_holds_core_and_more() -> None:
    assert set(feature_names("core")) < set(feature_names("full"))
