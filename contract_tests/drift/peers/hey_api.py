"""Type-checks the page with the types of hey-api in place of those of openapi-typescript; exits as `tsc` does.

Both generators declare the components of the contract. The page looks them up in one interface, whose members are
replaced here, in a copy of the page.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from contract_tests.drift.regeneration import CONTRACT

NOT_GENERATED = 3  #: exit status if hey-api did not accept the contract
COPIED = ("src", "tests", "tsconfig.json", "vite.config.ts", "package.json", "lint", "scripts")
TYPES = "src/types/openapi.gen.ts"
_MEMBER = re.compile(r"^ {8}(?P<name>\w+): ", re.MULTILINE)
_TYPE = re.compile(r"^export type (?P<name>\w+)\b", re.MULTILINE)


def main(scratch: Path, generator: str) -> int:
    """Copy the page, exchange its types and compile it."""
    page = scratch / "page" / "frontend"
    shutil.rmtree(page, ignore_errors=True)
    page.mkdir(parents=True)
    for name in COPIED:
        source = Path("frontend", name)
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, page / name)
    shutil.copy2(CONTRACT, page.parent)
    (page / "node_modules").symlink_to(Path("frontend/node_modules").resolve())
    plugins = ("-p", "@hey-api/typescript")
    files = ("-i", str(page.parent / CONTRACT), "-o", str(page / "src/types/hey"))
    if subprocess.run([generator, *plugins, *files], cwd=scratch, check=False).returncode != 0:
        return NOT_GENERATED
    types = page / TYPES
    generated = (page / "src/types/hey/types.gen.ts").read_text(encoding="utf-8")
    types.write_text(exchanged(types.read_text(encoding="utf-8"), generated), encoding="utf-8")
    compiler = ("node_modules/.bin/tsc", "--noEmit", "--pretty", "false", "-p", "tsconfig.json")
    # the import of the units is left over
    command = [*compiler, "--noUnusedLocals", "false"]
    return subprocess.run(command, cwd=page, check=False).returncode


def exchanged(types: str, generated: str) -> str:
    """Replace the schemas that openapi-typescript declares by those of hey-api that have the same name."""
    names = {match["name"].lower(): match["name"] for match in _TYPE.finditer(generated)}
    head, start, rest = types.partition("\n    schemas: {\n")
    body, end, tail = rest.partition("\n    };\n")
    members = [*_MEMBER.finditer(body)]
    parts = [body[: members[0].start()]] if members else [body]
    for index, match in enumerate(members):
        last = index + 1 == len(members)
        own = body[match.start() : len(body) if last else members[index + 1].start()]
        # hey-api writes names in Pascal case, without underscores
        name = names.get(match["name"].replace("_", "").lower())
        here = f'        {match["name"]}: import("./hey/types.gen.ts").{name};\n'
        parts.append(own if name is None else here)
    return f"{head}{start}{''.join(parts).rstrip()}{end}{tail}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
