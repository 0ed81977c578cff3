"""The command line: `wirelaw check [PATH]`."""

import argparse
from pathlib import Path

from wirelaw.checks import CHECKS
from wirelaw.repository import Inputs, Repository

CLEAN, DRIFT, NOT_LOOKED_AT = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser(prog="wirelaw", description=__doc__)
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="one line a drift, with both places")
    check.add_argument("path", nargs="?", default=".", type=Path)
    check.add_argument("--only", action="append", metavar="CHECK")
    check.add_argument("--contract", default="", metavar="FILE", help="openapi.json: level 1")
    check.add_argument("--app", default="", metavar="MODULE:NAME", help="imports the app")
    check.add_argument("--url", default="", help="of a running service: level 2")
    check.add_argument("--har", default="", metavar="FILE", help="recorded requests: level 2")
    check.set_defaults(run=_check)
    options = parser.parse_args(arguments)
    return int(options.run(options))


def _check(options: argparse.Namespace) -> int:
    repository = Repository.at(options.path)
    repository.inputs = Inputs(options.contract, options.app, options.url, options.har)
    checks = [one for one in CHECKS if not options.only or one.code in options.only]
    findings = {finding.id: finding for check in checks for finding in check.run(repository)}
    for finding in sorted(findings.values(), key=lambda one: (one.pointer, one.code, one.key)):
        print(finding.line)
    for unseen in sorted(set(repository.unseen)):
        print(unseen)
    if repository.unseen:
        return NOT_LOOKED_AT
    return DRIFT if findings else CLEAN
