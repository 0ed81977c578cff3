"""Members of the closed sets of the wire: each is renamed and dropped, and each set gets a member that is never sent.

The names of events are a closed set too; `events.py` changes them where events are created.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import (
    PACKAGE,
    Mutant,
    Source,
    Splice,
    assignments,
    drifts,
    expression,
    importing,
    inside,
    kebab,
    parsed,
    statements,
)
from contract_tests.drift.operators.wire_models import Model, Place, Wire, arguments, united, wire

NEW = "other"  #: no set contains it


@dataclass(frozen=True, eq=False)
class Words:
    """One `Literal["one", "other"]` of the source."""

    names: tuple[str, ...]  #: of the field or alias
    source: Source
    node: cst.Subscript
    members: tuple[str, ...]
    is_received: bool
    is_tag: bool

    @property
    def title(self) -> str:
        """Its name for people."""
        return ".".join(self.names)


def member_drifts(files: Files) -> Iterator[Drift]:
    """Rename and drop every member of every closed set of the wire, and add one to each set."""
    return drifts(files, _mutants(files))


def _mutants(files: Files) -> Iterator[Mutant]:
    models = wire(files)
    for model in enums(models):
        yield from _of_enum(models, model)
    for words in literals(models):
        yield from _of_words(files, words)


def enums(models: Wire) -> list[Model]:
    """Return the enumerations that fields of the wire use, in the order of the fields."""
    found: dict[str, Model] = {}
    for place in models.places:
        for node in inside(place.node, cst.Name):
            model = models.model(node.value)
            if model is not None and models.is_enum(model.name):
                found[model.name] = model
    return list(found.values())


def literals(models: Wire) -> list[Words]:
    """Return the literals in the types of the wire.

    Members of an enumeration are changed in the enumeration, and a constant flag has no word.
    """
    tags = {id(field.annotation) for field in models.fields if field.is_tag}
    return [
        Words(place.names, place.source, node, members, place.is_received, id(node) in tags)
        for place in models.places
        for node in inside(place.node, cst.Subscript)
        if (members := _words(place, node))
    ]


def _words(place: Place, node: cst.Subscript) -> tuple[str, ...]:
    if place.source.code(node.value) != "Literal":
        return ()
    values = [one.evaluated_value for one in arguments(node) if isinstance(one, cst.SimpleString)]
    return tuple(str(value) for value in values)


def _of_enum(models: Wire, model: Model) -> Iterator[Mutant]:
    members = assignments(model.node)
    names = [model.source.code(one.targets[0].target) for one in members]
    for index, member in enumerate(members):
        word = model.source.code(member.value).strip('"')
        new = other_word(word)
        yield (
            f"member-rename-{kebab(model.name, word)}",
            f"The service sends `{new}` for `{word}` of {model.name}; clients that compare with `{word}` miss it.",
            model.source.instead(member.value, f'"{new}"'),
        )
        title = f"{model.name} no longer has `{word}`"
        tagged = _tagged(models, f"{model.name}.{names[index]}")
        if tagged is not None:
            # a union cannot have the same discriminator twice, so the whole model is removed
            splices, then = [tagged], "records of this kind cannot be sent"
        else:
            splices, kept = _merged(model, members, index)
            then = f"the service sends {kept} instead, and users cannot distinguish the two"
        yield (f"member-drop-{kebab(model.name, word)}", f"{title}; {then}.", *splices)
    yield (
        f"member-add-{kebab(model.name)}",
        f"{model.name} also has `{NEW}`, which is never sent; clients handle a value that does not occur.",
        model.source.after(members[-1], f'    {NEW.upper()} = "{NEW}"\n'),
    )


def _merged(model: Model, members: list[cst.Assign], index: int) -> tuple[list[Splice], str]:
    """Make a member an alias of its neighbour."""
    source = model.source
    names = [source.code(one.targets[0].target) for one in members]
    if index:
        return [source.instead(members[index].value, names[index - 1])], names[index - 1]
    second = source.code(members[1].value)
    return [
        source.instead(members[0].value, second),
        source.instead(members[1].value, names[0]),
    ], names[1]


def _tagged(models: Wire, word: str) -> Splice | None:
    """Remove the model with this discriminator from its union."""
    for field in models.fields:
        if field.is_tag and field.source.code(field.annotation) == f"Literal[{word}]":
            for line in statements(field.source.module.body):
                parts = united(line.value) if isinstance(line, cst.Assign) else []
                names = [field.source.code(part) for part in parts]
                if field.model.name in names and isinstance(line, cst.Assign):
                    left = " | ".join(name for name in names if name != field.model.name)
                    return field.source.instead(line.value, expression(left))
    return None


def _of_words(files: Files, words: Words) -> Iterator[Mutant]:
    place = kebab(*words.names)
    for member in words.members:
        new = other_word(member)
        yield (
            f"member-rename-{place}-{kebab(member)}",
            f"The service sends `{new}` for `{member}` in {words.title}; clients that compare with `{member}` miss it.",
            *_renamed(files, words, member, new),
        )
        if len(words.members) > 1:
            # a set of one has no other member to send
            yield (
                f"member-drop-{place}-{kebab(member)}",
                f"{words.title} no longer has `{member}`; the service sends another word, or refuses it.",
                *_dropped(words, member),
            )
    yield (
        f"member-add-{place}",
        f"The contract also allows `{NEW}` in {words.title}, which is never sent.",
        words.source.instead(words.node, _literal((*words.members, NEW))),
    )


def _renamed(files: Files, words: Words, member: str, new: str) -> list[Splice]:
    declared = tuple(new if one == member else one for one in words.members)
    if words.is_tag:
        # a union reads its discriminator before any validator, so the code that writes it changes too
        return [
            words.source.instead(words.node, _literal(declared)),
            *_written(files, words.names[-1], member, new),
        ]
    schema = f", json_schema_input_type={_literal(declared)}" if words.is_received else ""
    if words.names[0] == "Reset":
        # the contract declares this one as it is validated
        schema = f", json_schema_input_type={_literal(declared)}"
    return _annotated(
        words,
        f'BeforeValidator(lambda value: "{member}" if value == "{new}" else value{schema})',
        f'PlainSerializer(lambda value: "{new}" if value == "{member}" else value, '
        f"return_type={_literal(declared)})",
    )


def _dropped(words: Words, member: str) -> list[Splice]:
    left = tuple(one for one in words.members if one != member)
    if words.is_received:
        return [words.source.instead(words.node, _literal(left))]
    return _annotated(
        words,
        f'PlainSerializer(lambda value: "{left[0]}" if value == "{member}" else value, '
        f"return_type={_literal(left)})",
    )


def _annotated(words: Words, *extra: str) -> list[Splice]:
    code = f"Annotated[{words.source.code(words.node)}, {', '.join(extra)}]"
    pydantic = [one.partition("(")[0] for one in extra]
    return [
        words.source.instead(words.node, expression(code)),
        *importing(words.source, {"typing": ["Annotated"], "pydantic": pydantic}),
    ]


def _written(files: Files, name: str, member: str, new: str) -> Iterator[Splice]:
    for file in sorted(files):
        if file.startswith(f"{PACKAGE}/") and f'{name}="{member}"'.encode() in files[file]:
            source = parsed(files, file)
            for node in source.spans:
                if (
                    isinstance(node, cst.Arg)
                    and node.keyword is not None
                    and node.keyword.value == name
                    and source.code(node.value) == f'"{member}"'
                ):
                    yield source.instead(node.value, f'"{new}"')


def other_word(word: str) -> str:
    """Return a word in another spelling."""
    first, *rest = word.split("_")
    return first + "".join(one.title() for one in rest) if rest else word.upper()


def _literal(words: tuple[str, ...]) -> str:
    members = ", ".join(f'"{word}"' for word in words)
    return f"Literal[{members}]"
