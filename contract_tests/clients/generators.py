"""The generators, and how the client of each is compiled and tried."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contract_tests.clients.lab import Lab
from contract_tests.traces.trace import read
from wirelaw.contract.document import JSON_TYPE, Contract

READING = Path(__file__).with_name("reading.py")
TSC = (
    *("tsc", "--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"),
    *("--module", "esnext", "--moduleResolution", "bundler", "--allowImportingTsExtensions"),
)
#: Debian has the validator without a module file
GO_MODULE = "module gopkg.in/validator.v2\n\ngo 1.23\n"
GO_OFFLINE = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOTELEMETRY": "off"}

Check = Callable[[Lab, Path], None]


@dataclass(frozen=True)
class Generator:
    """One generator; the page has its command."""

    name: str  #: in the table
    package: str
    output: str  #: what its command writes, below `clients`
    words: str  #: of the table: how its client is checked
    checks: tuple[Check, ...]
    #: of TypeScript: the type of what a stream returns
    stream_type: str = ""

    def check(self, lab: Lab, folder: Path) -> None:
        """Compile a client and try it.

        Raises:
            Failed: it does not compile, or does not read a recorded answer.
        """
        for check in self.checks:
            check(lab, folder / "clients" / self.output)

    def check_streams(self, lab: Lab, folder: Path) -> None:
        """Check that what a stream returns has a type.

        Raises:
            Failed: it is `unknown` or `void`.
        """
        if self.stream_type:
            probe = folder / "clients" / f"{self.package.rpartition('/')[2]}-stream.ts"
            probe.write_text(
                f"export const text = (answer: {self.stream_type}): string => answer;\n"
            )
            lab.run(*TSC, probe, folder=folder)


def compile_typescript(lab: Lab, client: Path) -> None:
    """Compile a client in TypeScript, strict."""
    sources = [client] if client.is_file() else sorted(client.rglob("*.ts"))
    lab.run(*TSC, *sources, folder=client.parent)


def check_types(*parts: str) -> Check:
    """Return a check with mypy of parts of a package; what they import is not reported."""

    def check(lab: Lab, client: Path) -> None:
        paths = [client / part for part in parts]
        lab.run("mypy", "--follow-imports=silent", *paths, folder=client.parent)

    return check


def read_answers(module: str, method: str) -> Check:
    """Return a check that imports a Python client and reads each recorded answer with it."""

    def check(lab: Lab, client: Path) -> None:
        cases = client.parent / f"{client.stem}.cases.json"
        (contract,) = client.parents[1].glob("openapi*.json")
        cases.write_text(json.dumps(list(recorded(contract))))
        # a project contains its package, and the others are the package
        path = client if (client / module.partition(".")[0]).is_dir() else client.parent
        command = (lab.python, "-W", "error", READING, module, method, cases)
        lab.run(*command, folder=path, PYTHONPATH=str(path))

    return check


def recorded(contract: Path) -> Iterator[tuple[str, object]]:
    """Yield each recorded answer in JSON, with the name of the class that generators make of its component."""
    document = Contract.read(contract)
    for trace in read():
        operation = document.match(trace.method, trace.route)
        if operation is not None and trace.media_type == JSON_TYPE:
            answer = operation.responses[str(trace.status)]
            name = answer["content"][JSON_TYPE]["schema"]["$ref"].rpartition("/")[2]
            yield name.replace("_", ""), json.loads(trace.content)


def compile_java(lab: Lab, client: Path) -> None:
    """Compile a client in Java."""
    sources = sorted((client / "src" / "main").rglob("*.java"))
    classes = client / "classes"
    lab.run("javac", "-nowarn", "-cp", lab.jars, "-d", classes, *sources, folder=client)


def compile_go(lab: Lab, client: Path) -> None:
    """Compile a client in Go; no module is downloaded."""
    validator = client.parent / "validator"
    packaged = lab.debian / "usr/share/gocode/src/gopkg.in/validator.v2"
    shutil.copytree(packaged, validator, ignore=shutil.ignore_patterns("*_test.go"))
    (validator / "go.mod").write_text(GO_MODULE)
    with (client / "go.mod").open("a") as module:
        module.write("\nreplace gopkg.in/validator.v2 => ../validator\n")
    for step in ("vet", "build"):
        run_go(lab, client, step)


def run_go(lab: Lab, folder: Path, step: str) -> str:
    """Run a step of Go on the module of a folder; no module is downloaded."""
    caches = {"GOCACHE": str(lab.folder / "go"), "GOPATH": str(lab.folder / "gopath")}
    return lab.run("go", step, ".", folder=folder, **GO_OFFLINE, **caches)


#: in the order of the commands of the page
GENERATORS = (
    Generator(
        *("openapi-generator, typescript-fetch", "openapi-generator-cli", "typescript-fetch"),
        "`tsc --strict`; used on a service",
        (compile_typescript,),
    ),
    Generator(
        *("openapi-generator, python", "openapi-generator-cli", "python"),
        "import, mypy; reads each recorded answer",
        (
            check_types("openapi_generator_client"),
            read_answers("openapi_generator_client.models", "from_dict"),
        ),
    ),
    Generator(
        *("openapi-generator, java", "openapi-generator-cli", "java"),
        "javac; used on a service, but for streams and CSV",
        (compile_java,),
    ),
    Generator(
        *("openapi-generator, go", "openapi-generator-cli", "go"),
        "`go vet`, `go build`; used on a service",
        (compile_go,),
    ),
    Generator(
        *("openapi-python-client", "openapi-python-client", "quant_engine_client"),
        "import, mypy of `api` and `models`; reads each recorded answer; used on a service",
        (check_types("api", "models"), read_answers("quant_engine_client.models", "from_dict")),
    ),
    Generator(
        *("datamodel-code-generator", "datamodel-code-generator", "datamodels.py"),
        "import; reads each recorded answer",
        (read_answers("datamodels", "model_validate"),),
    ),
    Generator(
        *("orval", "orval", "orval.ts"),
        "`tsc --strict`",
        (compile_typescript,),
        'import("./orval.ts").streamEventsResponse200["data"]',
    ),
    Generator(
        *("@hey-api/openapi-ts", "@hey-api/openapi-ts", "hey-api"),
        "`tsc --strict`",
        (compile_typescript,),
        'import("./hey-api/index.ts").StreamEventsResponse',
    ),
    Generator(
        *("openapi-typescript", "openapi-typescript", "openapi-typescript.ts"),
        "`tsc --strict`",
        (compile_typescript,),
        'import("./openapi-typescript.ts").paths["/api/events"]["get"]["responses"][200]["content"]["text/event-stream"]',
    ),
)
