"""Whatever interrupts a writer, the effect is that of one writer after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest

from contract_tests.kit.examples import manifest
from contract_tests.kit.prepared import prepare_database
from contract_tests.streams.interrupted import Law, Write, untried
from quant_engine.api.home import Home, owner
from quant_engine.autopilot.accounts import read_state
from quant_engine.autopilot.journal import Journal
from quant_engine.autopilot.paper_trader import PaperTrader
from quant_engine.backtest.rules import Rules
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import RefreshDecision
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters
from quant_engine.models import trainer
from quant_engine.models.promotions import add_promotion, read_promotions
from quant_engine.models.registry import ModelRegistry
from wirelaw.finding import check

DAYS = pd.bdate_range("2024-01-01", periods=2)
CLOSES = pd.DataFrame({"AAA": [10.0, 11.0]}, DAYS)
SIGNALS = pd.DataFrame({"AAA": [0.05, 0.05]}, DAYS)
RULES = Rules(2, 1, 0.0, 0.5, risk_management=False)
DECISION = RefreshDecision(
    step="refresh",
    reason="There are new sessions.",
    outcome="new_sessions",
    data_fingerprint="0" * 16,
    last_date=DAYS[0].date(),
    n_new_sessions=3,
    n_problems=0,
)


def _promote(version: str) -> Write:
    return lambda home: ModelRegistry(home).promote(version)


def _train(version: str) -> Write:
    def fill(draft: Path, *_: object) -> Any:
        (draft / "predictions").touch()
        return manifest(version)

    def train(home: Path) -> None:
        ours: Any = None  # `fill` reads no data
        with patch.multiple(trainer, _fill=fill, _verify=lambda *_: None):
            trainer.train_version(ModelRegistry(home), ours, ours, ours)

    return train


def _own(url: str) -> Write:
    def own(home: Path) -> str:
        one = Home(home, home / "quant_engine.db")
        OWNED.append(one)
        one.acquire()
        one.announce(url)
        return "owner"

    return own


def _look(home: Path) -> str | None:
    try:
        return owner(home)
    except Unavailable:
        # a service that is still starting is refused to commands, as one that has not begun is
        return None


OWNED: list[Home] = []  #: what is not referred to is closed


def _of_cycle(cycle_id: str, name: str, *arguments: Any) -> Write:
    def write(home: Path) -> None:
        with BlockingDatabase(f"sqlite:///{home / 'quant_engine.db'}") as database:
            journal = Journal(database, cycle_id, "demo", stores=True)
            journal.begin(AutopilotParameters())
            getattr(journal, name)(*arguments)

    return write


def _strategy(home: Path) -> None:
    with BlockingDatabase(f"sqlite:///{home / 'quant_engine.db'}") as database:
        journal = Journal(database, "c3", "demo", stores=True)
        journal.save(DECISION, journal.promotion(BacktestParameters(), "It is better."))


def _trade(home: Path) -> None:
    with BlockingDatabase(f"sqlite:///{home / 'quant_engine.db'}") as database:
        PaperTrader(database, "demo").trade(CLOSES, SIGNALS, RULES, model_version="v1")


MODELS = {
    "promote one": _promote("one"),
    "promote two": _promote("two"),
    "delete two": lambda home: ModelRegistry(home).delete("two"),
    "train": _train("new"),
    "train another": _train("other"),
}
HOMES = {"own": _own("http://one"), "own too": _own("http://two"), "look": _look}
CYCLES = {
    "decide": _of_cycle("c1", "save", DECISION),
    "start over": _of_cycle("c2", "start_over"),
    "promote a strategy": _strategy,
    "trade": _trade,
}


@pytest.fixture
def template(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    prepare_database(home / "quant_engine.db")
    yield home
    for one in OWNED:
        one.release()
    OWNED.clear()


def _with_models(home: Path) -> Path:
    for version in ("one", "two"):
        folder = ModelRegistry(home).folder(version)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(manifest(version).model_dump_json())
        (folder / "predictions").touch()
    (home / "models" / ".draft-abandoned").mkdir()
    (home / "quant_engine.db").unlink()
    return home


def test_no_writer_undoes_what_another_does(template: Path) -> None:
    cycles = Law(template, CYCLES)
    found = [*cycles.findings()]
    models = Law(_with_models(template), MODELS)
    homes = Law(template, HOMES)
    found += [*models.findings(), *homes.findings()]
    check([*found, *untried(cycles.sites | models.sites | homes.sites)])


def _reads_first(self: ModelRegistry, version: str) -> None:
    promoted = read_promotions(self.root)
    with self.locked(), patch("quant_engine.models.promotions.read_promotions", lambda _: promoted):
        add_promotion(self.root, version)


def _promotes_without_the_lock(self: ModelRegistry, version: str) -> None:
    add_promotion(self.root, version)


@pytest.mark.parametrize("promote", [_reads_first, _promotes_without_the_lock])
def test_a_promotion_that_is_lost_is_found(template: Path, promote: Any) -> None:
    writers = {name: write for name, write in MODELS.items() if "promote" in name}
    with patch.object(ModelRegistry, "promote", promote):
        found = [*Law(_with_models(template), writers).findings()]
    assert {finding.code for finding in found} == {"effect-lost"}
    assert "promote one, interrupted by promote two" in found[0].pointer


def test_a_session_that_is_read_before_the_lock_is_found(template: Path) -> None:
    def trade(home: Path) -> None:
        with BlockingDatabase(f"sqlite:///{home / 'quant_engine.db'}") as database:
            with database.reading() as connection:
                state = read_state(connection, "demo")
            with patch("quant_engine.autopilot.paper_trader.read_state", lambda *_: state):
                trader = PaperTrader(database, "demo")
                trader.trade(CLOSES[:1], SIGNALS[:1], RULES, model_version="v1")

    (finding, *_) = Law(template, {"trade": trade}).findings()
    assert finding.code == "effect-lost"


def test_a_lock_that_no_writer_takes_is_found() -> None:
    places = {finding.pointer for finding in untried({("quant_engine/api/home.py", "acquire")})}
    assert "quant_engine/models/registry.py: promote" in places
    assert "quant_engine/api/home.py: acquire" not in places
