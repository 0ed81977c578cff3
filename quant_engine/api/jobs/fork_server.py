"""The first module that the fork server preloads; imported nowhere else.

Job processes are children of the fork server, not of the service: both need the lifeline, or a job
process would outlive a service that is killed with -9.
"""

import os

from quant_engine.api.jobs.lifeline import be_parent, die_with_parent

die_with_parent()
be_parent()

# one thread per job process: two under contention slowed a fit from 3 s to 24 s
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
