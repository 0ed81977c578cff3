"""The command line: map, check, baseline and explain."""

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeAlias

import wirelaw
from wirelaw import explanation, overview
from wirelaw.baseline import FILE, RULES, Baseline, BaselineError
from wirelaw.checks import AHEAD, CHECKS
from wirelaw.outcome import CLEAN, DRIFT, NOT_LOOKED_AT, Outcome, find, in_order, judge
from wirelaw.reports import FORMATS, markdown
from wirelaw.repository import Check, Inputs, Repository
from wirelaw.sections import SECTIONS
from wirelaw.settings import Settings, SettingsError

HIGHEST = 2
EPILOG = "exit codes: 0 clean, 1 new drift, 2 something could not be looked at, whatever was found"


#: what the commands are added to; argparse has no public name for it
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - as above


class UsageError(ValueError):
    """The command cannot run; the message says what to change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = parser().parse_args(arguments)
    # a pipe with the encoding of another system must not end the program
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        with _collector_paused():
            return int(options.run(options))
    except (UsageError, SettingsError, BaselineError) as error:
        print(f"wirelaw: {error}", file=sys.stderr)
    except BrokenPipeError:
        # `wirelaw map | head`: what else is written goes nowhere
        sys.stdout = None
        return CLEAN
    except OSError as error:
        print(f"wirelaw: {error}", file=sys.stderr)
    return NOT_LOOKED_AT


@contextmanager
def _collector_paused() -> Iterator[None]:
    # syntax trees are millions of objects without a cycle; to look for cycles takes ten times as long as to parse
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    program = argparse.ArgumentParser(
        prog="wirelaw", description=wirelaw.__doc__, epilog=EPILOG, allow_abbrev=False
    )
    program.add_argument("--version", action="version", version=f"wirelaw {wirelaw.VERSION}")
    commands = program.add_subparsers(required=True, metavar="COMMAND")
    _add_map(commands)
    _add_check(commands)
    _add_baseline(commands)
    _add_explain(commands)
    return program


def _add_map(commands: Commands) -> None:
    command = commands.add_parser("map", help="what crosses the wire, and how much of it is typed")
    _add_path(command)
    command.add_argument("--format", choices=overview.FORMATS, default="text")
    command.add_argument("--all", action="store_true", help="all rows of each section")
    command.add_argument("--output", metavar="FILE", help="write the map there")
    command.set_defaults(run=_map)


def _add_check(commands: Commands) -> None:
    command = commands.add_parser("check", help="one line a drift, with both places", epilog=EPILOG)
    _add_path(command)
    _add_selection(command)
    command.add_argument("--format", choices=FORMATS, default="text")
    command.add_argument(
        "--output", metavar="FILE", help="write the report there, and text to the terminal"
    )
    command.set_defaults(run=_check)


def _add_baseline(commands: Commands) -> None:
    command = commands.add_parser("baseline", help="drifts that are tolerated: write, prune, show")
    verbs = command.add_subparsers(required=True, metavar="VERB")
    write = verbs.add_parser("write", help="tolerate all that `check` finds now")
    write.add_argument("--why", default="", help="for readers, in each new entry")
    write.add_argument("--until", type=_day, metavar="DAY", help="2027-01-31: the last day")
    write.set_defaults(run=_baseline_write)
    prune = verbs.add_parser("prune", help="delete the entries that fit nothing")
    prune.set_defaults(run=_baseline_prune)
    show = verbs.add_parser("show", help="list the entries")
    show.set_defaults(run=_baseline_show)
    for verb in (write, prune, show):
        _add_path(verb)
        _add_selection(verb)


def _add_explain(commands: Commands) -> None:
    command = commands.add_parser(
        "explain", help="what a drift means, and how to fix or silence it"
    )
    command.add_argument(
        "name", nargs="?", metavar="ID|CODE", help="of a drift or a check; without it, all checks"
    )
    _add_path(command)
    _add_selection(command)
    command.set_defaults(run=_explain)


def _add_path(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", nargs="?", default=".", type=Path, metavar="PATH")
    command.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="a folder, or legacy/*"
    )


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--level",
        type=int,
        choices=range(HIGHEST + 1),
        default=HIGHEST,
        help="the highest that runs",
    )
    command.add_argument("--only", action="append", default=[], metavar="CODE")
    command.add_argument("--skip", action="append", default=[], metavar="CODE")
    command.add_argument("--contract", default="", metavar="FILE", help="openapi.json: level 1")
    command.add_argument(
        "--app", default="", metavar="MODULE:NAME", help="imports the app: levels 1 and 2"
    )
    command.add_argument("--url", default="", help="of a running service: level 2")
    command.add_argument("--har", default="", metavar="FILE", help="recorded requests: level 2")
    command.add_argument(
        "--baseline", type=Path, metavar="FILE", help=f"instead of {FILE} in the folder"
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _map(options: argparse.Namespace) -> int:
    found = overview.survey(_repository(options), SECTIONS)
    _write(overview.FORMATS[options.format](found, whole=options.all), options.output)
    return NOT_LOOKED_AT if found.unseen else CLEAN


def _check(options: argparse.Namespace) -> int:
    outcome = _outcome(options)
    _write(FORMATS[options.format](outcome), options.output)
    if options.output:
        print(FORMATS["text"](outcome), end="")
    return outcome.exit_code


def _outcome(options: argparse.Namespace) -> Outcome:
    baseline = _baseline(options)
    return judge(_repository(options), _selected(options), baseline)


def _baseline_write(options: argparse.Namespace) -> int:
    baseline, repository, checks = _baseline(options), _repository(options), _selected(options)
    repository.read()
    findings = in_order(find(repository, checks))
    stale = baseline.compare(
        findings, {one.code for one in checks}, complete=not repository.unseen
    ).stale
    written = baseline.without(stale).with_findings(findings, options.why, options.until)
    written.write(_baseline_path(options))
    print(f"{baseline.name}: {_count(written)}, {len(stale)} deleted")
    for unseen in sorted(set(repository.unseen)):
        print(unseen)
    return NOT_LOOKED_AT if repository.unseen else CLEAN


def _baseline_prune(options: argparse.Namespace) -> int:
    baseline, repository, checks = _baseline(options), _repository(options), _selected(options)
    repository.read()
    findings = list(find(repository, checks))
    if repository.unseen:
        for unseen in sorted(set(repository.unseen)):
            print(unseen)
        print("nothing is deleted, because an entry may fit what could not be looked at")
        return NOT_LOOKED_AT
    stale = baseline.compare(findings, {one.code for one in checks}, complete=True).stale
    kept = baseline.without(stale)
    kept.write(_baseline_path(options))
    print(f"{baseline.name}: {_count(kept)}, {len(stale)} deleted")
    return CLEAN


def _baseline_show(options: argparse.Namespace) -> int:
    baseline = _baseline(options)
    for entry in baseline.entries:
        days = [
            f"{name} {day}" for name, day in (("since", entry.since), ("until", entry.until)) if day
        ]
        why = entry.why or "no reason is written"
        print(f"{entry.id} [{entry.check}] {', '.join(entry.names)}: {'; '.join([why, *days])}")
    print(f"{baseline.name}: {_count(baseline)}")
    return CLEAN


def _count(baseline: Baseline) -> str:
    count = len(baseline.entries)
    return "1 entry" if count == 1 else f"{count} entries"


def _explain(options: argparse.Namespace) -> int:
    rules = (*CHECKS, *RULES)
    if options.name is None:
        print(markdown.table(rules), end="")
        return CLEAN
    by_code = {check.code: check for check in rules}
    if options.name in by_code:
        print(explanation.of_check(by_code[options.name]), end="")
        return CLEAN
    outcome = _outcome(options)
    found = explanation.find(outcome, options.name)
    if not found:
        raise UsageError(explanation.not_found(options.name, rules, outcome.unseen))
    for finding, tolerated in found:
        check = by_code.get(finding.code)
        print(explanation.of_finding(finding, check, options.path, tolerated=tolerated))
    return CLEAN


def _repository(options: argparse.Namespace) -> Repository:
    root = _root(options)
    settings = Settings.read(root)
    inputs = Inputs(
        contract=getattr(options, "contract", "") or settings.contract,
        app=getattr(options, "app", ""),
        url=getattr(options, "url", ""),
        har=getattr(options, "har", ""),
    )
    repository = Repository.at(root, options.exclude, settings, inputs)
    repository.ahead = AHEAD
    return repository


def _root(options: argparse.Namespace) -> Path:
    root: Path = options.path
    if not root.is_dir():
        reason = "is not a folder" if root.exists() else "does not exist"
        raise UsageError(f"{root} {reason}; name the root of a checkout")
    return root


def _baseline(options: argparse.Namespace) -> Baseline:
    path = _baseline_path(options)
    if options.baseline is not None and not path.is_file() and options.run is not _baseline_write:
        raise UsageError(f"{path} does not exist; `wirelaw baseline write` writes it")
    name = path.name if options.baseline is None else str(path)
    today = date.today()  # noqa: DTZ011 - a day of the person who wrote the entry
    return Baseline.read(path, today, name)


def _baseline_path(options: argparse.Namespace) -> Path:
    named: Path | None = options.baseline
    return named if named is not None else _root(options) / FILE


def _selected(options: argparse.Namespace) -> list[Check]:
    codes = [check.code for check in CHECKS]
    for code in (*options.only, *options.skip):
        if code not in codes:
            raise UsageError(
                f"no check has the code {code}; there are {', '.join(codes) or 'none'}"
            )
    return [
        check
        for check in CHECKS
        if check.level <= options.level
        and (not options.only or check.code in options.only)
        and check.code not in options.skip
    ]


def _write(text: str, output: str | None) -> None:
    if output:
        Path(output).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


__all__ = ["CLEAN", "DRIFT", "NOT_LOOKED_AT", "main"]
