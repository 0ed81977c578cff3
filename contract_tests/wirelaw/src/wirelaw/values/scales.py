"""`scale-differs`: a number that one side counts from 0 to 1 and the other from 0 to 100."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from wirelaw.finding import Finding, Place
from wirelaw.models import Models
from wirelaw.python import Module, Sources
from wirelaw.repository import Check, Repository
from wirelaw.words.names import steps
from wirelaw.written import written

#: so many places have to show a scale where no bounds do
MIN_PLACES = 2
#: from here on a number is no weight, ratio or rating
LEAST_PERCENT = 5
_HUNDRED = 100
_NUMBERS = {"float", "int", "confloat", "conint", "Decimal"}
_SHOWN_AS = {
    "fraction": "times 100, as a number from 0 to 1",
    "percent": "as it is, as a number from 0 to 100",
}


@dataclass
class Shown:
    """Where the sources show which scale a field has."""

    fraction: list[Place]
    percent: list[Place]
    is_certain: bool = False  #: one place is enough

    @property
    def scale(self) -> str | None:
        """The scale, if all places agree."""
        if bool(self.fraction) == bool(self.percent):
            return None
        enough = self.is_certain or len(self.places) >= MIN_PLACES
        return ("fraction" if self.fraction else "percent") if enough else None

    @property
    def places(self) -> list[Place]:
        """Where the scale is shown."""
        return self.fraction or self.percent


def service_scales(sources: Sources) -> dict[tuple[str, ...], Shown]:
    """Return what the service shows of the scale of each field that a model has, by the words of its name."""
    found: dict[tuple[str, ...], Shown] = {}
    for model in sources.once(Models).all:
        for field in model.fields.values():
            if not _is_number(field.annotation):
                continue
            shown = found.setdefault(steps(field.name), Shown([], []))
            if field.bounds.get("ge") == 0 and field.bounds.get("le") in {1, _HUNDRED}:
                (shown.fraction if field.bounds["le"] == 1 else shown.percent).append(field.place)
                shown.is_certain = True
    for module, name, value in sources.once(written):
        of_field = found.get(steps(name))
        if of_field is not None:
            _note(of_field, module, value)
    return found


def _is_number(annotation: ast.expr) -> bool:
    names = {one.id for one in ast.walk(annotation) if isinstance(one, ast.Name)}
    return bool(names & _NUMBERS) and not names & {"list", "List", "dict", "Dict", "tuple"}


def _note(shown: Shown, module: Module, value: ast.expr) -> None:
    place = module.place(value)
    if any(_is_percentage(one) for one in ast.walk(value)):
        shown.percent.append(place)
        return
    number = _number(value)
    if number is None or number in {0, 1}:  # both scales have these
        return
    if 0 < number < LEAST_PERCENT:
        shown.fraction.append(place)
    if number > 1:
        shown.percent.append(place)


def _is_percentage(node: ast.AST) -> bool:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    return _HUNDRED in {_number(node.left), _number(node.right)}


def _number(node: ast.AST) -> float | None:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    return node.value if isinstance(node.value, int | float) else None


def run(repository: Repository) -> Iterator[Finding]:
    """Compare the scales of fields that have the same name on both sides."""
    page: dict[tuple[str, ...], Shown] = defaultdict(lambda: Shown([], [], is_certain=True))
    names = {}
    for fact in repository.page.get("scales", ()):
        one = page[steps(fact["name"])]
        names[steps(fact["name"])] = fact["name"]
        places = one.fraction if fact["scale"] == "fraction" else one.percent
        places.append(Place(**fact["place"]))
    service = repository.service.once(service_scales)
    for key in sorted(page.keys() & service.keys()):
        sent, shown = service[key].scale, page[key].scale
        if sent is None or shown is None or sent == shown:
            continue
        yield Finding(
            part="sources",
            pointer=str(min(page[key].places)),
            code=CHECK.code,
            found=f"shows {names[key]} {_SHOWN_AS[shown]}",
            expected=f"{names[key]} goes from 0 to {1 if sent == 'fraction' else _HUNDRED}",
            source=str(min(service[key].places)),
            key=("_".join(key),),
            fix=CHECK.fix,
        )


CHECK = Check(
    code="scale-differs",
    level=0,
    meaning=(
        "One side counts a number from 0 to 1 and the other reads it as a percentage, or the other way round: a half"
        " is shown as 1 %, or as 5000 %."
    ),
    fix="multiply or divide by 100 on the page, or send the other scale",
    run=run,
)
