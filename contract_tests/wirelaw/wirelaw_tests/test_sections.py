"""What the map says of a whole small repository."""

from pathlib import Path

from wirelaw.overview import survey
from wirelaw.repository import Repository
from wirelaw.sections import SECTIONS

APP = Path(__file__).parent / "apps" / "greenhouse"


def test_the_map_of_an_app() -> None:
    found = survey(Repository.at(APP), SECTIONS)
    parts = dict(found.parts)
    assert {title: part.summary for title, part in parts.items()} == {
        "Source files": "7 of the service, 9 of the page (web)",
        "Models": "4 in the service, with 18 fields",
        "Operations": "8; 7 of 7 answers are typed",
        "Streams": "1; of 1 of 1 the data of all events is understood",
        "Client calls": "6 of the page; 6 are operations of the service",
        "Words": "2 closed sets of the service, 2 of the page",
        "Values": "10 defaults and bounds of the page belong to requests",
    }
    (stream,) = parts["Streams"].rows
    assert stream.text == (
        "/{watering_id}/events sends finished, flow, snapshot, valve in event field; "
        "read by web/src/hooks/useWateringEvents.ts:22"
    )
    (unused,) = [one.text for one in parts["Operations"].rows if "{name}/schedule" in one.text][:1]
    assert unused == "GET /api/beds/{name}/schedule: typed, not called by the page"
    assert found.unseen == ()
