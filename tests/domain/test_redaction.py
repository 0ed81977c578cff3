"""No secret is left in a text, and what is no secret stays."""

import pytest

from quant_engine.domain.redaction import Redactor, password_of, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer ***"),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", "{'authorization': 'Basic ***'}"),
        ("got bearer abc.def-123 from it", "got bearer *** from it"),
        ("password=hunter2 user=me", "password=*** user=me"),
        ('{"api_key": "k-123", "n": 1}', '{"api_key": "***", "n": 1}'),
        ("QUANT_ENGINE_API_TOKEN=abc", "QUANT_ENGINE_API_TOKEN=***"),
        ("postgres://me:p%40ss:w@db.example:5432/x", "postgres://me:***@db.example:5432/x"),
        ("a://b:c@d and e://f:g@h", "a://b:***@d and e://f:***@h"),
        ("http://127.0.0.1:8000/x, 10:30 me@example.com", None),
        ("the secret of the bearer", None),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, expected: str | None) -> None:
    assert redact(text) == (text if expected is None else expected)


def test_the_secrets_of_the_installation_are_hidden_wherever_they_are() -> None:
    redactor = Redactor(["token-of-mine", None, "", "abc", "token-of-mine-too"])
    assert redactor("xtoken-of-mine! token-of-mine-too abc password=x") == (
        "x***! *** abc password=***"
    )


def test_a_secret_that_is_cut_in_two_is_hidden() -> None:
    redactor = Redactor(["token-of-mine"])
    assert redactor.hide("it is token-of", is_cut=True) == "it is ***"
    assert redactor.hide("it is token-of") == "it is token-of"
    assert redactor.hide("it is a tok", is_cut=True) == "it is a tok"


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://me:p%40ss@db/x", "p@ss"),
        ("sqlite:///file.db", None),
        (None, None),
        ("http://[bad", None),
    ],
)
def test_the_password_of_a_url(url: str | None, password: str | None) -> None:
    assert password_of(url) == password


@pytest.mark.parametrize(
    "piece", ["password", "token ", "://a:", "://", "bearer ", "authorization: ", "secret=a;"]
)
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    # with time that grows as the square, this would take minutes
    redact(piece * (400_000 // len(piece)))
