"""The imports that `.importlinter` forbids, pair by pair, for what import-linter itself cannot see."""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations


@dataclass(frozen=True)
class Edge:
    """One forbidden import, and the contract that forbids it."""

    contract: str
    importer: str  #: a module, or a package with all its modules
    imported: str

    def forbids(self, importer: str, imported: str) -> bool:
        """Return whether this is an import of one module by another."""
        pairs = ((importer, self.importer), (imported, self.imported))
        return all(one == whole or one.startswith(f"{whole}.") for one, whole in pairs)


def edges(text: str, package: str) -> list[Edge]:
    """Return every pair that a contract of a configuration forbids to modules of a package."""
    config = configparser.ConfigParser()
    config.read_string(text)
    found: list[Edge] = []
    for section in config.sections():
        contract = section.rpartition(":")[2]
        # layers without a container are those of the tests
        if "containers" in config[section]:
            (container,) = _lines(config[section]["containers"])
            if container.partition(".")[0] == package:
                found += _of_layers(contract, container, config[section])
        elif config[section].get("type") == "forbidden":
            found += [
                Edge(contract, importer, imported)
                for importer in _lines(config[section]["source_modules"])
                if importer.partition(".")[0] == package
                for imported in _lines(config[section]["forbidden_modules"])
            ]
    return found


def root_packages(text: str) -> list[str]:
    """Return the packages of the repository."""
    config = configparser.ConfigParser()
    config.read_string(text)
    return _lines(config["importlinter"]["root_packages"])


def _of_layers(contract: str, container: str, section: configparser.SectionProxy) -> Iterator[Edge]:
    layers = [
        [f"{container}.{name.strip()}" for name in line.split("|")]
        for line in _lines(section["layers"])
    ]
    for upper, lower in combinations(layers, 2):
        for importer in lower:
            for imported in upper:
                yield Edge(contract, importer, imported)
    for layer in layers:
        # modules of one layer are independent
        for importer, imported in permutations(layer, 2):
            yield Edge(contract, importer, imported)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
