"""Jobs that the engine strands or gives up too early, and processes that it takes for alive."""

from contract_tests.drift.drifts import drift

ENGINE = "quant_engine/api/jobs/local.py"
STORE = "quant_engine/api/jobs/store.py"

STRANDED = (
    drift(
        "unreceived-call-counts-as-lost",
        "A job whose process died before it received the job has lost an attempt. After three dead idle processes a job fails that never ran.",
        (ENGINE, "return lambda: self._store.release(claim, lost=[-attempt.has_begun-]{+True+})"),
        caught_by="engine: test-failed at test_engine.py, found worker_lost",
    ),
    drift(
        "slot-waits-with-a-dead-process",
        "A slot does not look at its process while it waits. The next job goes to a process that is dead.",
        (ENGINE, "            while [-not process.is_gone and -]not process.is_ending:\n"),
        caught_by="engine: test-failed at test_engine.py, found dead for long",
    ),
    drift(
        "dead-processes-count-as-ready",
        "Health counts job processes that are gone. It says that they are ready while none is.",
        (ENGINE, "alive = [process for process in self._processes[- if not process.is_gone-]]"),
        caught_by="engine: test-failed at test_engine.py, found health says",
    ),
    drift(
        "retry-without-a-pause",
        "A job whose process was lost starts again at once. Half a second of trouble uses up its three attempts.",
        (STORE, "pause = BACKOFF_SECONDS * 4 ** (times - 1){+ if times > MAX_LOST else 0.0+}"),
        caught_by="engine: test-failed at test_engine.py, found used up its attempts",
    ),
    drift(
        "rescuer-ignores-jobs-without-an-owner",
        "The engine no longer looks for running jobs that no slot runs. One that an error left stays `running` until a restart.",
        (ENGINE, "            for job_id, attempt in without & before{+ & owned+}:\n"),
        caught_by="engine: test-failed at test_engine.py, found without a process",
    ),
    drift(
        "first-error-ends-a-slot",
        "A slot ends with the first unexpected error. From then on the service runs one job less at once, and reports it nowhere.",
        (
            ENGINE,
            (
                '                _log.exception("A part of the engine failed; it starts again")\n'
                "                [-if not self._is_stopping:\n                    await asyncio.sleep(RETRY_SECONDS)-]"
                "{+return+}\n"
            ),
        ),
        caught_by="engine: test-failed at test_engine.py, found never ends",
    ),
)
