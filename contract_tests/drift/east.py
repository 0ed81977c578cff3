"""A plugin that lets a lone process of pytest run east of Greenwich, as the second worker does; see `/conftest.py`."""

import os

os.environ["PYTEST_XDIST_WORKER"] = "gw1"
