"""Both sides are read once, side by side; what is missing and does no harm is a note."""

from collections import defaultdict
from threading import Event

import pytest

from wirelaw import page
from wirelaw.python import Sources
from wirelaw.repository import Repository
from wirelaw.settings import Settings
from wirelaw_tests.conftest import Write

SOURCES = {"api/a.py": "A = 1\n", "web/a.ts": "export const a = 1;\n"}


def test_both_sides_are_read_and_what_is_missing_is_noted(write: Write) -> None:
    repository = Repository.at(write(SOURCES))
    repository.read()
    assert list(repository.service.modules) == ["api/a.py"]
    assert repository.unseen == []
    assert repository.notes == [
        "the page has no package.json; its sources are read without it",
        "the page has no tsconfig.json; TypeScript's own defaults are used",
    ]


def test_two_front_ends_are_named(write: Write) -> None:
    files = {"one/package.json": "{}", "two/package.json": "{}", "one/a.ts": "", "two/b.ts": ""}
    notes = Repository.at(write({**SOURCES, **files, "two/tsconfig.json": "{}"})).notes
    assert "3 front ends are read as one page: ., one, two" in notes
    assert "one has no node_modules; the types of its packages count as any" in notes
    assert not any("two has no tsconfig" in note for note in notes)


def test_a_side_without_sources_was_not_looked_at(write: Write) -> None:
    root = write({"README.py.txt": ""})
    repository = Repository.at(root)
    repository.read()
    assert [str(one) for one in repository.unseen] == [
        f"could not look at the service: there are no Python sources below {root}",
        f"could not look at the page: there are no TypeScript sources below {root}",
    ]


def test_the_settings_choose_the_folders(write: Write) -> None:
    root = write({**SOURCES, "tool/b.py": "", "api/old.py": ""})
    settings = Settings(service=("api",), exclude=("api/old.py",))
    assert Repository.at(root, settings=settings).tree.python == ("api/a.py",)


def test_the_service_is_worked_on_until_the_page_is_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    is_enough = Event()

    def read(_tree: object, skipped: object) -> tuple[page.Facts, list[object]]:
        assert skipped == ("answers",)
        assert is_enough.wait()
        return defaultdict(list), []

    def broken(_sources: Sources) -> None:
        built.append("broken")
        raise LookupError

    def modules(sources: Sources) -> int:
        built.append("modules")
        return len(sources.modules)

    def last(_sources: Sources) -> None:
        is_enough.set()

    monkeypatch.setattr(page, "read", read)
    repository = Repository.at(write(SOURCES))
    repository.ahead = (broken, modules, last)
    repository.read(0)
    assert repository.service.once(modules) == 1
    # each once, and what fails fails again where it is needed
    assert built == ["broken", "modules"]
    with pytest.raises(LookupError):
        repository.service.once(broken)
