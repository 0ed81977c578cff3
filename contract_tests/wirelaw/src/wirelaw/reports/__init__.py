"""The forms of a report: text for people, and documents for other programs."""

from collections.abc import Callable, Mapping

from wirelaw.outcome import Outcome
from wirelaw.reports import github, json_document, junit, markdown, sarif, text

#: each is sorted, and the same for the same outcome
FORMATS: Mapping[str, Callable[[Outcome], str]] = {
    "text": text.render,
    "github": github.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "json": json_document.render,
    "markdown": markdown.render,
}
