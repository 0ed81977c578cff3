"""Generates clients with the commands of `docs/clients.md`, compiles them, and runs its examples: `python -m contract_tests.clients`.

It prints the table of the page, and fails where the page has another one.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contract_tests.clients import live
from contract_tests.clients.generators import GENERATORS, Generator
from contract_tests.clients.lab import Failed, Lab, prepare, versions
from contract_tests.clients.page import PAGE, ClientsPage, table_row
from contract_tests.repository import CLIENTS_FILE, FILE
from contract_tests.tools import ToolError

REFUSED, UNCOMPILED, UNTYPED, WORKS = "refused", "does not work", "streams have no type", "works"


@dataclass(frozen=True)
class Outcome:
    """What came of one generator and one version of the contract."""

    words: str  #: of the table
    reason: str = ""  #: the end of what the program printed


def try_generator(
    lab: Lab, folder: Path, generator: Generator, command: tuple[str, ...], file: Path
) -> Outcome:
    """Generate a client and compile it; the command names the file for clients."""
    (folder / "clients").mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder)
    words = [file.name if word == CLIENTS_FILE.name else word for word in command]
    outcome = Outcome(REFUSED)
    try:
        printed = lab.run(*words, folder=folder)
        if "Endpoint will not be generated" in printed:
            # openapi-python-client leaves out operations and ends as if it had none
            return Outcome(UNCOMPILED, printed)
        outcome = Outcome(UNCOMPILED)
        generator.check(lab, folder)
        outcome = Outcome(UNTYPED)
        generator.check_streams(lab, folder)
    except Failed as error:
        return Outcome(outcome.words, str(error))
    return Outcome(WORKS)


def run_examples(lab: Lab, folder: Path, page: ClientsPage) -> dict[str, Outcome]:
    """Run the examples of the page on one service; return what failed by the name of the generator."""
    failed: dict[str, Outcome] = {}
    with live.service(folder) as running:
        for name, (language, run_example) in live.EXAMPLES.items():
            try:
                before = live.job_ids(running)
                printed = run_example(lab, folder / "clients", page, running.url)
                live.compare(printed, page.printed_by(language), running, before)
            except Failed as error:
                failed[name] = Outcome(UNCOMPILED, f"the example of the page: {error}")
    return failed


def run(folder: Path) -> list[str]:
    """Try every generator; return what is wrong, in lines."""
    page, started = ClientsPage.read(), time.monotonic()
    lab = prepare(folder)
    _print(f"installed in {time.monotonic() - started:.0f} s")
    for name in ("before", "after", "home"):
        shutil.rmtree(folder / name, ignore_errors=True)
    outcomes: dict[str, tuple[Outcome, Outcome]] = {}
    for generator, command in zip(GENERATORS, page.commands, strict=True):
        before, after = (
            try_generator(lab, folder / name, generator, command, file)
            for name, file in (("before", FILE), ("after", CLIENTS_FILE))
        )
        outcomes[generator.name] = (before, after)
        _print(
            f"{generator.name}: {before.words}, {after.words} ({time.monotonic() - started:.0f} s)"
        )
    for name, failed in run_examples(lab, folder / "after", page).items():
        outcomes[name] = (outcomes[name][0], failed)
    rows = [_row(one, *outcomes[one.name]) for one in GENERATORS]
    _print("\n".join(["", *rows, "", f"{time.monotonic() - started:.0f} s"]))
    wrong = [
        f"{name}: {after.words} with {CLIENTS_FILE.name}\n{after.reason}"
        for name, (_, after) in outcomes.items()
        if after.words != WORKS
    ]
    if rows != page.rows:
        wrong.append(f"{PAGE.name} has another table; write the one above there.")
    return wrong


def _row(generator: Generator, before: Outcome, after: Outcome) -> str:
    version = versions()[generator.package]
    return table_row((generator.name, version, before.words, after.words, generator.words))


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="clients-") as name:
            yield Path(name)
    else:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.absolute()


def main() -> None:
    """Run the session; exit with 1 where a generator fails that should work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a folder that keeps programs and clients")
    try:
        with _folder(parser.parse_args().keep) as folder:
            wrong = run(folder)
    except (ToolError, Failed) as error:
        sys.exit(str(error))
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
