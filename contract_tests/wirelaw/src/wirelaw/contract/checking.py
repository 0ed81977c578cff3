"""A check that needs a contract, and says nothing where there is none."""

from collections.abc import Callable, Iterator

from wirelaw.contract.view import View
from wirelaw.finding import Finding
from wirelaw.repository import Repository


def on_contract(
    run: Callable[[Repository, View], Iterator[Finding]],
) -> Callable[[Repository], Iterator[Finding]]:
    """Run a check where the repository has a contract."""

    def checked(repository: Repository) -> Iterator[Finding]:
        if repository.view is not None:
            yield from run(repository, repository.view)

    return checked
