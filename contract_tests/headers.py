"""The law of headers: an answer has the headers that are declared for it, each with a value that fits, and no others."""

import re
from collections.abc import Iterator

from contract_tests.wire_page import WirePage, names, wire_page
from wirelaw.contract.document import Contract, Node, Operation
from wirelaw.contract.validation import validator
from wirelaw.finding import Finding
from wirelaw.running.exchange import Answer

#: the tables of docs/wire.md that answers are compared with, and not the contract
OF_ANSWERS = ("answer", "header of the page and its files", "file")
#: those of HTTP itself, which a server or a framework adds
OF_HTTP = {"connection", "content-length", "content-type", "date", "server", "transfer-encoding"}
#: more of these, by the kind of answer
OF_FILES = {"accept-ranges", "content-range", "etag", "last-modified"}
OF_ERRORS = {
    "401": {"www-authenticate"},
    "405": {"allow"},
    "416": {"content-range"},
    "503": {"retry-after"},
}
REQUEST_ID = "X-Request-ID"
Declared = dict[str, Node]  #: schemas by name, in lower case
NOT_MODIFIED = 304


def header_drifts(
    contract: Contract, method: str, path: str, answer: Answer, *, part: str
) -> Iterator[Finding]:
    """Report each header of an answer that is not what the contract declares, or docs/wire.md for other paths."""
    operation = contract.match("get" if method == "HEAD" else method, path)
    place = f"{method} {path}"
    if operation is not None and str(answer.status) in operation.responses:
        place = f"{method} {operation.path}"
        declared, optional, types = _of_operation(operation, answer)
        more: set[str] = set()
    else:
        declared, optional, types = _of_path(wire_page(), path, answer)
        more = OF_ERRORS.get(str(answer.status), set()) if answer.status >= 400 else OF_FILES
    place = f"{place} {answer.status}"
    declared |= {name: one for name, one in optional.items() if name in answer.headers}
    for code, name, expected, found in _wrong(contract, declared, more, types, answer):
        yield Finding(part, f"{place} {name}", code, expected, found)


def _wrong(
    contract: Contract, declared: Declared, more: set[str], types: list[str], answer: Answer
) -> Iterator[tuple[str, str, str, str]]:
    for name, value in answer.headers.items():
        if not value.strip():
            yield "empty-header", name, "a value, or no such header", "an empty value"
        elif name not in {*declared, *more, *OF_HTTP}:
            yield "undeclared-header", name, "no such header", value
    for name, schema in declared.items():
        value = answer.headers.get(name, "")
        if name not in answer.headers:
            yield "missing-header", name, _shown(schema), "no such header"
        elif value.strip() and not validator(contract, schema).is_valid(value):
            yield "header-changed", name, _shown(schema), value
    found = answer.headers.get("content-type", "nothing")
    if found not in (types or ["nothing"]):
        yield "content-type-changed", "content-type", " or ".join(types) or "nothing", found


def _shown(schema: Node) -> str:
    return str(schema.get("const", schema.get("pattern", "a value")))


def _of_operation(operation: Operation, answer: Answer) -> tuple[Declared, Declared, list[str]]:
    response = operation.responses[str(answer.status)]
    required, optional = (
        {
            name.lower(): one["schema"]
            for name, one in response.get("headers", {}).items()
            if one["required"] is is_required
        }
        for is_required in (True, False)
    )
    return required, optional, [_with_charset(media) for media in response.get("content", {})]


def _with_charset(media: str) -> str:
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def _of_path(page: WirePage, path: str, answer: Answer) -> tuple[Declared, Declared, list[str]]:
    declared: Declared = {
        REQUEST_ID.lower(): {"type": "string", "pattern": "."},
        "x-content-type-options": {"const": "nosniff"},
    }
    for answers, caching, types, styles, codings in page.rows("answer"):
        if not _fits(answers, path, answer.status):
            continue
        declared["cache-control"] = {"const": names(caching)[0]}
        if styles:
            declared |= _of_the_page(page, names(styles)[0])
        optional = _of_codings(names(codings), answer)
        if names(codings) == ["gzip"] and answer.media_type != "text/plain":
            # it depends on the size alone
            declared["vary"] = optional["vary"]
        expected = names(types) or _by_name(page, path)
        return declared, optional, [] if answer.status == NOT_MODIFIED else expected
    raise ValueError(f"docs/wire.md has no row for {path}")


def _of_codings(codings: list[str], answer: Answer) -> Declared:
    if not codings:
        return {}
    # each answer that may have a coding needs Vary for caches: contract_tests/edges/codings.py
    coding = {"enum": codings if answer.status != NOT_MODIFIED else []}
    return {"content-encoding": coding, "vary": {"const": "Accept-Encoding"}}


def _fits(answers: str, path: str, status: int) -> bool:
    if answers == "any error":
        return status >= 400
    return any(re.fullmatch(_pattern(one), path) for one in names(answers))


def _pattern(text: str) -> str:
    return ".*".join(map(re.escape, text.split("…")))


def _of_the_page(page: WirePage, styles: str) -> Declared:
    rows = page.rows("header of the page and its files")
    return {
        names(name)[0].lower(): {
            "pattern": f"^{_pattern(names(value)[0].replace('style-src …', f'style-src {styles}'))}$"
        }
        for name, value in rows
    }


def _by_name(page: WirePage, path: str) -> list[str]:
    # a folder is answered with its index
    ending = f".{path.rpartition('.')[2]}" if "." in path.rpartition("/")[2] else ".html"
    return [names(media)[0] for name, media in page.rows("file") if names(name) == [ending]]
