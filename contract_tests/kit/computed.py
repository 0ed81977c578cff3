"""A home that the product's own jobs filled; it is kept until that code changes."""

import hashlib
import shutil
from fcntl import LOCK_EX, flock
from pathlib import Path

from contract_tests.kit.process import PRODUCT_JOBS, ROOT, ServiceProcess


def computed_home(folder: Path) -> Path:
    """Return the home in a folder; fill one if the folder has none that the present code filled.

    Copy it before you serve it.
    """
    place = folder / _digest()
    home, done = place / "home", place / "done"
    with (folder / "lock").open("w") as lock:
        # one test process fills it, and the others wait
        flock(lock, LOCK_EX)
        if not done.exists():
            # of other code, or of a run that was interrupted
            for old in folder.glob("*/"):
                shutil.rmtree(old)
            place.mkdir()
            fill(home)
            done.touch()
    return home


def _digest() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted((ROOT / "quant_engine").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def fill(home: Path) -> None:
    """Fill a home with results of every job type, and with finished, failed and cancelled jobs."""
    service = ServiceProcess(home, *PRODUCT_JOBS, workers=1)
    try:
        wide = service.submit("train", years=3, horizons=[5, 10], feature_mode="full")
        trained = [wide, service.submit("train", years=3)]
        service.submit("backtest", years=3)
        service.submit("backtest", years=2, max_positions=3, risk_management=True)
        service.submit("backtest", years=3, holding_period=5, entry_threshold=0.005)
        # fails: no model was trained for this horizon
        service.submit("backtest", years=2, horizon=200)
        service.submit("predict", years=1)
        last = service.submit("autopilot", years=3)
        service.cancel(service.submit("backtest", years=1)["job_id"])
        for record in (*trained, last):
            ended = service.finish(record["job_id"])
            if ended["status"] != "succeeded":
                raise AssertionError(
                    f"{ended['job_type']} ended {ended['status']}: {ended['error']}"
                )
        service.stop()
    finally:
        service.close()
