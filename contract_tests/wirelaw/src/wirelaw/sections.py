"""The sections of `wirelaw map`, in the order in which they are shown."""

from wirelaw.calls.client import Match, Wire
from wirelaw.events.wire import StreamFact, stream_facts
from wirelaw.finding import Place
from wirelaw.models import Models
from wirelaw.overview import Part, Row, Section
from wirelaw.repository import Repository
from wirelaw.values.differ import pairs
from wirelaw.values.requests import of_models
from wirelaw.words.page import word_sets as page_words
from wirelaw.words.service import word_sets as service_words


def _files(repository: Repository) -> Part:
    tree = repository.tree
    pages = ", ".join(one or "." for one in tree.pages)
    page = f"{len(tree.page)} of the page" + (f" ({pages})" if pages else "")
    return Part(f"{len(tree.python)} of the service, {page}")


def _models(repository: Repository) -> Part:
    models = repository.service.once(Models).all
    fields = sum(len(model.fields) for model in models)
    return Part(f"{len(models)} in the service, with {fields} fields")


def _operations(repository: Repository) -> Part:
    wire = repository.once(Wire)
    handled = [one for one in wire.operations if one.route.handler is not None]
    answering = [one for one in handled if not wire.answers.is_stream(one)]
    typed = [one for one in answering if wire.answers.is_typed(one)]
    called = {id(each) for match in wire.matches for each in match.operations}
    rows = []
    for one in wire.operations:
        kind = "a stream" if wire.answers.is_stream(one) else "typed" if one in typed else "untyped"
        page = "" if id(one) in called else ", not called by the page"
        rows.append(Row(one.route.place, f"{one.title}: {kind}{page}"))
    return Part(
        f"{len(wire.operations)}; {len(typed)} of {len(answering)} answers are typed",
        sorted(rows),
    )


def _streams(repository: Repository) -> Part:
    facts = stream_facts(repository)
    typed = [one for one in facts if one.events and one.typed == one.events]
    return Part(
        f"{len(facts)}; of {len(typed)} of {len(facts)} the data of all events is understood",
        [Row(one.place, _stream(one)) for one in facts],
        [
            Row(place, "an event whose name is built at run time")
            for place in sorted({place for one in facts for place in one.not_understood})
        ],
    )


def _stream(fact: StreamFact) -> str:
    names = ", ".join(fact.names) or "events without names"
    where = f" in {fact.word}" if fact.word else ""
    readers = ", ".join(map(str, sorted(set(fact.readers)))) or "nothing of the page that was found"
    return f"{', '.join(fact.paths) or 'a stream'} sends {names}{where}; read by {readers}"


def _calls(repository: Repository) -> Part:
    wire = repository.once(Wire)
    matched = [match for match in wire.matches if match.operations]
    rows = [Row(match.call.place, _call(match)) for match in wire.matches]
    unread = [Row(place, f"an address that cannot be read: {text}") for place, text in wire.unread]
    return Part(
        f"{len(wire.matches)} of the page; {len(matched)} are operations of the service",
        sorted(rows),
        unread,
    )


def _call(match: Match) -> str:
    operations = ", ".join(one.title for one in match.operations) or "no operation that was found"
    return f"{match.call.title}: {operations}"


def _words(repository: Repository) -> Part:
    service = repository.service.once(service_words)
    page = page_words(repository.page.get("words", ()))
    return Part(f"{len(service)} closed sets of the service, {len(page)} of the page")


def _values(repository: Repository) -> Part:
    facts = repository.page.get("values", [])
    paired = pairs(facts, repository.once(of_models))
    found = [one for one in paired if one and {"value", "bounds"} & one[0][2].keys()]
    rows = [
        Row(Place(**page["place"]), f"{name} is {request.name}.{field.name}")
        for ((_, name, page, request, field), *_) in found
    ]
    return Part(f"{len(rows)} defaults and bounds of the page belong to requests", sorted(rows))


SECTIONS: tuple[Section, ...] = (
    Section("Source files", _files),
    Section("Models", _models),
    Section("Operations", _operations),
    Section("Streams", _streams),
    Section("Client calls", _calls),
    Section("Words", _words),
    Section("Values", _values),
)
