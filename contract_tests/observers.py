"""Where services of the kit show what they answer."""

from collections.abc import Callable
from pathlib import Path

from wirelaw.running.exchange import Answer

#: called with the service's home, the method, the path and the complete answer of each request
Observer = Callable[[Path, str, str, Answer], None]
OBSERVERS: list[Observer] = []


def observe(home: Path, method: str, path: str, answer: Answer) -> None:
    """Show an answer to the observers."""
    for observer in OBSERVERS:
        observer(home, method, path, answer)
