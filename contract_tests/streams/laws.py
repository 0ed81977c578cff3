"""The laws of event streams in `docs/wire.md`: where the contract declares each, and which file must keep it."""

from contract_tests.streams.streamed import Stream
from wirelaw.contract.document import STREAM_TYPE
from wirelaw.finding import Drifted, Finding

PART = "streams"
STATED = "docs/wire.md and quant_engine/api/schemas/events.py"  #: the files that state the laws
SERVICE = "quant_engine/api/services/jobs.py"
LOG_SERVICE = "quant_engine/api/services/job_log.py"
ROUTER = "quant_engine/api/routers/jobs.py"
STORE = "quant_engine/api/jobs/store.py"
_RECORD = ("responses", "200", "content", STREAM_TYPE, "itemSchema")

#: by the code of a finding: the file that keeps the law, and where the stream's operation declares it
LAWS: dict[str, tuple[str, ...]] = {
    "law-1-first": (SERVICE, "x-sse", "first"),
    "law-2-order": (SERVICE, "x-sse", "order"),
    "law-3-end": (SERVICE, "x-sse", "terminal"),
    "law-4-resume": (SERVICE, "x-sse", "resume", "rule"),
    "law-5-late": (SERVICE, "x-sse", "late"),
    "law-6-refusal": (ROUTER, "responses"),
    "law-7-slow-readers": (ROUTER, "x-sse", "slow_reader_seconds"),
    "law-8-all-jobs": (SERVICE, "x-sse", "order"),
    "law-9-log": (LOG_SERVICE, "x-sse", "order"),
    "law-named-events": (SERVICE, *_RECORD),
    "law-whole-records": (STORE, *_RECORD),
    "law-ids": (SERVICE, "x-sse", "id"),
    "law-reset": (SERVICE, "x-sse", "reset"),
    "law-first-bytes": (SERVICE, "x-sse", "retry_ms"),
    "law-pings": (ROUTER, "x-sse", "ping"),
    "law-attempts": (STORE, *_RECORD),
    "law-headers": (ROUTER, "responses", "200", "headers"),
    # of the records that streams are compared with
    "changed-without-revision": (STORE, *_RECORD),
    "missing-revision": (STORE, *_RECORD),
    "transition-refused": (STORE, *_RECORD),
    "write-hangs": (STORE, *_RECORD),
}


class LawBroken(Drifted):
    """A stream breaks a law of its contract."""

    def __init__(
        self, law: str, stream: Stream, where: str, expected: object, found: object
    ) -> None:
        file, *steps = LAWS[law]
        fix = (
            f"fix {file} and run `pytest contract_tests/streams`; "
            f"or change the law in {STATED} ({stream.pointer(*steps)})"
        )
        finding = Finding(PART, str(stream), law, str(expected), f"{where}: {found}", fix)
        super().__init__([finding])
