"""Preloaded first by the fork server, and imported nowhere else.

Job processes are children of the fork server, not of the service: both need the lifeline, or a job
process would outlive a service that is killed with -9.
"""

import os

from quant_engine.api.jobs.lifeline import die_with_parent

die_with_parent()

# two threads under contention made a fit of 3 s take 24: one job process, one thread
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
