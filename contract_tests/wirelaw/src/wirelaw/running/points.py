"""Everything in the contract that an answer may or may not show, each as a JSON pointer.

A point is a status, an event of a stream, a member of an enum, or a variant of a union; null and
not null of a nullable field are two variants.
"""

from collections.abc import Iterator, Mapping

from wirelaw.contract.document import STREAM_TYPE, Contract, Node, escape, pointer

INSIDE = ("additionalProperties", "contentSchema", "items")  #: keywords that hold one schema


def status_pointer(path: str, method: str, status: str) -> str:
    """Point to the answer of an operation with a status."""
    return pointer("paths", path, method, "responses", status)


def declared(contract: Contract) -> dict[str, str]:
    """Return every point of a contract's responses, with what it is in words."""
    points = _Points(contract)
    for operation in contract.operations():
        for status, response in operation.responses.items():
            place = status_pointer(operation.path, operation.method, status)
            points.answer(str(operation), place, response)
    return points.found


class _Points:
    def __init__(self, contract: Contract) -> None:
        self.found: dict[str, str] = {}
        self._contract = contract
        self._visited: set[str] = set()

    def answer(self, operation: str, pointer: str, response: Node) -> None:
        self.found[pointer] = f"{operation} answers {pointer.rpartition('/')[2]}"
        for media_type, media in response.get("content", {}).items():
            if media_type == STREAM_TYPE:
                frames = self._contract.frames(media.get("itemSchema", {}))
                item = f"{pointer}/content/{escape(STREAM_TYPE)}/itemSchema"
                for number, (name, _) in enumerate(frames):
                    if name is not None:
                        words = f"{operation} sends the event {name}"
                        self.found[f"{item}/oneOf/{number}"] = words
            for keyword in ("schema", "itemSchema"):
                if keyword in media:
                    place = f"{pointer}/content/{escape(media_type)}/{keyword}"
                    self._visit(place, media[keyword])

    def _visit(self, pointer: str, schema: Node) -> None:
        pointer, schema = self._contract.locate(pointer, schema)
        if pointer in self._visited:
            return
        self._visited.add(pointer)
        name = pointer.removeprefix("/components/schemas/").replace("/properties/", ".")
        for place, words in own_points(pointer, schema):
            self.found[place] = f"{words} of {name}"
        for inner, below in children(pointer, schema):
            self._visit(inner, below)


def own_points(pointer: str, schema: Node) -> Iterator[tuple[str, str]]:
    """Give the points of a schema itself."""
    for number, member in enumerate(schema.get("enum", [])):
        yield f"{pointer}/enum/{number}", f"the member {member!r}"
    for keyword in ("anyOf", "oneOf"):
        for number, branch in enumerate(schema.get(keyword, [])):
            yield f"{pointer}/{keyword}/{number}", f"the variant {_words(branch)}"
    if isinstance(schema.get("type"), list):
        for number, kind in enumerate(schema["type"]):
            yield f"{pointer}/type/{number}", f"the variant {kind}"


def _words(branch: Node) -> str:
    if "$ref" in branch:
        return str(branch["$ref"]).rpartition("/")[2]
    return str(branch.get("type", "of another kind"))


def children(pointer: str, schema: Node) -> Iterator[tuple[str, Node]]:
    """Give the schemas inside a schema."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{pointer}/properties/{escape(name)}", inner
    for keyword in INSIDE:
        if isinstance(schema.get(keyword), Mapping):
            yield f"{pointer}/{keyword}", schema[keyword]
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for number, inner in enumerate(schema.get(keyword, [])):
            yield f"{pointer}/{keyword}/{number}", inner
