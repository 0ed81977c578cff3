"""The kinds of drift that traffic shows, each with what it means and what to do about it."""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind."""

    meaning: str  #: what it means and whom it hurts
    fix: str
    found: str = "sends {}"  #: the side that was observed, as a part of a sentence
    expected: str = "the contract declares {}"


_ANSWER = "return what the response model declares, or declare what is returned"
_REQUEST = "send what the operation takes, or declare what the page sends"
_NUMBER = "send it as text, or as null where the contract allows that"

KINDS: dict[str, Kind] = {
    "undeclared-status": Kind(
        "An operation answers with a status that it does not declare, although it declares its other errors. "
        "Types of clients do not have that answer.",
        "declare it with `responses={…}` of the route",
        "answers {}",
    ),
    "undeclared-media-type": Kind(
        "An operation answers with another media type than it declares; a generated client parses it wrongly.",
        "declare it with `response_class` or `responses` of the route",
        "answers with {}",
    ),
    "missing-field": Kind(
        "An answer lacks a field that the contract requires; the page reads undefined.", _ANSWER
    ),
    "undeclared-field": Kind(
        "An answer has a field that no type of the contract names; no client can rely on it.",
        _ANSWER,
    ),
    "invalid-value": Kind(
        "A value is not what the contract declares; types of clients are wrong there.", _ANSWER
    ),
    "not-json": Kind(
        "A body that is declared as JSON cannot be parsed; the page fails there.",
        "send JSON; NaN and Infinity are none",
    ),
    "undeclared-event": Kind(
        "A stream sends an event that the contract does not name; generated handlers drop it.",
        "add it to the union of the stream, or stop sending it",
        'sends the event "{}"',
    ),
    "unhandled-event": Kind(
        "A stream sends an event that the page does not handle, so that nothing is shown of it.",
        "handle it on the page, or stop sending it",
        'sends the event "{}"',
        "the page handles {}",
    ),
    "error-not-as-read": Kind(
        "An error has none of the fields that the page reads of errors; the page shows no reason.",
        "register an exception handler that answers as the page reads it, or read what is sent",
        "answers with {}",
        "the page reads {}",
    ),
    "value-changed": Kind(
        "The value of a handler became another type of JSON on its way; the response model converted it in silence.",
        "return a value of the declared type",
        "sends {}",
        "the handler returned {}",
    ),
    "not-finite": Kind(
        "A handler returned NaN or Infinity, which JSON does not have; null was sent, or a body that no browser parses.",
        _NUMBER,
        "sends {}",
        "the handler returned {}",
    ),
    "not-exact-in-javascript": Kind(
        "An integer beyond 2**53 is rounded by the page.",
        _NUMBER,
        "sends {}",
        "the handler returned {}",
    ),
    "undeclared-operation": Kind(
        "The page calls what the contract does not declare, and was refused.",
        "call a path and method of the contract, or declare the operation",
        "is called by the page and answers {}",
        "the contract has no such operation",
    ),
    "request-refused": Kind(
        "Each request to an operation was refused with 401, and none of them carried credentials.",
        "send the credentials that the service requires, or require none",
        "answers {} to every request",
        "the page sends no {}",
    ),
    "request-body-missing": Kind(
        "The page sends no body, and the operation requires one: each such request is refused.",
        "send the body, or make it optional",
        "is sent without a body and answers {}",
        "the contract requires one",
    ),
    "request-invalid": Kind(
        "The page sends what the contract does not allow.",
        _REQUEST,
        "is {} from the page",
        "the contract allows {}",
    ),
    "request-field-ignored": Kind(
        "The page sends a field that no model has; it is dropped in silence.",
        _REQUEST,
        "is {} from the page",
        "the contract has {}",
    ),
    "query-ignored": Kind(
        "The page sends a parameter that the operation does not declare; it is dropped in silence.",
        _REQUEST,
        "is sent by the page",
        "the contract has {}",
    ),
    "query-missing": Kind(
        "The page leaves out a parameter that the operation requires.",
        _REQUEST,
        "is left out by the page, which sends {}",
        "the contract requires it",
    ),
    "recorder-error": Kind(
        "wirelaw itself failed at an answer, which was not looked at.",
        "please report it with the contract and the answer",
        "was not looked at: {}",
        "expected {}",
    ),
}
