"""One run of pytest whose exchanges are held to the contract."""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.running.held import PageReads
from wirelaw.running.suite import Suite
from wirelaw.running.watch import watch

#: what the run is without the findings
CLEAN = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class Run:
    """One run, or one worker of it."""

    def __init__(self, config: pytest.Config, options: Any) -> None:
        fields = [name for name in options.wirelaw_error_fields.split(",") if name]
        self.suite = Suite(
            root=Path.cwd(),
            contract=_contract(options.wirelaw_contract),
            source=options.wirelaw_contract or "",
            url=options.wirelaw_url or "",
            reads=PageReads(fields),
        )
        self._report = options.wirelaw_report
        if self.suite.url and self.suite.contract is None:
            raise pytest.UsageError("--wirelaw-url needs --wirelaw-contract FILE")
        patches = ExitStack()
        patches.enter_context(watch(self.suite, self.suite.url))
        config.add_cleanup(patches.close)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Remember which test an exchange belongs to."""
        self.suite.test = item.nodeid
        try:
            return (yield)
        finally:
            self.suite.test = ""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker found."""
        found = getattr(node, "workeroutput", {}).get("wirelaw")
        if found is None:
            self.suite.unseen.add(f"what {node.gateway.id} exchanged: it ended early")
        else:
            self.suite.load(found)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what a worker found, or fail the run."""
        handed = getattr(session.config, "workeroutput", None)
        if handed is not None:
            handed["wirelaw"] = self.suite.dump()
            return
        if self._report:
            self.suite.write(Path(self._report))
        if self.suite.fails and session.exitstatus in CLEAN:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """List the findings."""
        terminalreporter.section("wirelaw")
        for line in self.suite.lines():
            terminalreporter.write_line(line)


def _contract(name: str | None) -> Contract | None:
    if not name:
        return None
    try:
        return Contract.read(Path(name))
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--wirelaw-contract {name}: {error}") from None
