"""What the checks of the contract look at, and a check that says nothing where there is no contract."""

from collections.abc import Callable, Iterator

from wirelaw.calls.client import Wire
from wirelaw.calls.paths import ANY, fits, segments
from wirelaw.calls.routes import Route
from wirelaw.contract.document import Operation
from wirelaw.contract.source import DeclaredContract, find_contract
from wirelaw.contract.view import View
from wirelaw.finding import Finding
from wirelaw.repository import Repository


def contract_of(repository: Repository) -> DeclaredContract | None:
    """Return the contract; None where there is none."""
    inputs = repository.inputs
    found, unseen = find_contract(repository.tree, inputs.contract, inputs.app)
    repository.unseen += unseen
    return found


def handlers_of(repository: Repository, operation: Operation) -> list[Route]:
    """Return the routes of the service that handle an operation; what mounts their app may be left out of its path."""
    steps = segments(operation.path)
    return [
        route
        for one in repository.once(Wire).operations
        if (route := one.route).handler is not None
        and operation.method.upper() in route.methods
        and fits(steps, segments(route.path)[-len(steps) - (ANY in route.path) :])
        and (route.handler.name in operation.name or fits(steps, segments(route.path)))
    ]


def view_of(repository: Repository) -> View | None:
    """Return the page as the contract sees it; None where there is no contract."""
    contract = repository.once(contract_of)
    calls, answers = (repository.page.get(name, ()) for name in ("calls", "answers"))
    return View(contract, calls, answers) if contract else None


def missing(repository: Repository) -> str:
    """Say what is missing to run a check of the contract."""
    if repository.once(contract_of) is None:
        return "no openapi.json was found; name it with --contract, or the app with --app"
    return ""


def on_contract(
    run: Callable[[Repository, View], Iterator[Finding]],
) -> Callable[[Repository], Iterator[Finding]]:
    """Run a check where the repository has a contract."""

    def checked(repository: Repository) -> Iterator[Finding]:
        view = repository.once(view_of)
        if view is not None:
            yield from run(repository, view)

    return checked
