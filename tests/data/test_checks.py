"""Prices on load: which day is in the future."""

import time
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from quant_engine.data.checks import check_prices
from quant_engine.domain.errors import Unavailable


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_a_day_is_in_the_future_by_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        index = pd.DatetimeIndex([tomorrow - timedelta(days=7), tomorrow])
        with pytest.raises(Unavailable, match=f"a price on {tomorrow}, .* in the future"):
            check_prices({"AAA": pd.Series([1.0, 2.0], index=index)})
    time.tzset()
