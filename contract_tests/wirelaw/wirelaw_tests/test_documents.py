"""README, pre-commit hook and action say what the program does; the README's configuration is read by it."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import wirelaw
from wirelaw import cli
from wirelaw.baseline import RULES, Baseline
from wirelaw.checks import CHECKS
from wirelaw.outcome import LEVELS
from wirelaw.reports import FORMATS, markdown
from wirelaw.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOK = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")


def test_the_table_of_checks_is_that_of_the_program() -> None:
    found = re.search(r"<!-- checks: .* -->\n(.*?)<!-- end -->", README, re.DOTALL)
    assert found is not None
    assert found[1] == markdown.table((*CHECKS, *RULES))


def test_the_table_of_levels_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| (\d) (\w+) \|", README.partition("## Levels")[2], re.MULTILINE)
    assert [name for _, name in rows[: len(LEVELS)]] == [name.split()[0] for name in LEVELS]


def test_each_check_has_a_code_of_its_own_and_says_what_to_do() -> None:
    codes = [check.code for check in (*CHECKS, *RULES)]
    assert len(codes) == len(set(codes))
    for check in CHECKS:
        assert check.meaning.endswith("."), check.code
        assert check.fix, check.code
        assert check.level in range(len(LEVELS)), check.code


def commands() -> list[str]:
    found = re.findall(r"`(wirelaw [a-z][^`\n]*)`", README)
    found += re.findall(r"^ +(?:pipx run --spec \S+ )?(wirelaw [^\n]+)$", README, re.MULTILINE)
    found += re.findall(r"entry: (.+)", HOOK)
    found += [f"wirelaw {one}" for one in re.findall(r"bin/wirelaw\" (check [^>'\n]+)", ACTION)]
    return [one for one in found if "…" not in one]


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_each_command_of_the_documents_is_one(command: str) -> None:
    # in the action a variable may have any number of arguments
    cli.parser().parse_args(shlex.split(command.replace("$ARGUMENTS", ""))[1:])


def test_the_documents_have_commands() -> None:
    found = {command.split()[1] for command in commands()}
    assert found == {"map", "check", "baseline", "explain"}
    assert len([one for one in commands() if "--format github" in one]) >= 2


def test_each_format_is_named() -> None:
    assert f"`--format {' | '.join(FORMATS)}`" in README


def test_the_configuration_of_the_readme_is_read() -> None:
    _, shown = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    table = tomllib.loads(shown)["tool"]["wirelaw"]
    settings = Settings.parse(table, "README.md")
    assert set(table) == set(vars(settings))


def test_the_baseline_of_the_readme_is_read(tmp_path: Path) -> None:
    shown, _ = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "baseline.toml").write_text(shown)
    (entry,) = Baseline.read(tmp_path / "baseline.toml", Baseline().today).entries
    assert (entry.check, entry.names) == ("event-not-handled", ("stalled",))


def test_the_changelog_has_this_version() -> None:
    assert f"## [{wirelaw.VERSION}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
