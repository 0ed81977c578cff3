"""One thread for each test process, as job processes have: two that contend take ten times as long."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before anything imports numpy
    os.environ[name] = "1"
