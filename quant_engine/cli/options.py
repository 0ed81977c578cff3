"""Turns job parameters into command-line options with the same names, defaults and meanings."""

import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from quant_engine.domain.parameters import Parameters


def takes(parameters: type[Parameters]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command one option per field; its first argument is a dict of the options that are set."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        fields = parameters.model_fields
        signature = inspect.signature(command)
        rest = list(signature.parameters.values())[1:]

        def run(**options: Any) -> None:
            values = {name: options.pop(name) for name in fields}
            body = {k: _value(fields[k], v) for k, v in values.items() if v is not None}
            command(body, **options)

        own = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[_type(field), _option(name, field)],
            )
            for name, field in fields.items()
        ]
        keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in rest]
        run.__signature__ = signature.replace(parameters=[*own, *keyword])  # type: ignore[attr-defined]
        run.__doc__ = command.__doc__
        run.__name__ = command.__name__
        return run

    return decorate


def _option(name: str, field: FieldInfo) -> Any:
    flag = f"--{name.replace('_', '-')}"
    shown = "null" if field.default is None else field.get_default(call_default_factory=True)
    text = f"{field.description or ''} [default: {_shown(shown)}]"
    if _plain(field) is bool:
        return typer.Option(f"{flag}/--no-{flag[2:]}", help=text, show_default=False)
    return typer.Option(flag, help=text, show_default=False)


def _shown(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _type(field: FieldInfo) -> Any:
    plain = _plain(field)
    return (plain if plain in {int, float, bool} else str) | None


def _plain(field: FieldInfo) -> Any:
    listed = _bare(field.annotation)
    return get_origin(listed) or listed


def _bare(annotation: Any) -> Any:
    """Remove `Annotated` and `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if isinstance(annotation, types.UnionType) or get_origin(annotation) is Union:
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _value(field: FieldInfo, value: Any) -> Any:
    if _plain(field) is not list:
        return value
    element = _bare(get_args(_bare(field.annotation))[0])
    try:
        return [element(item.strip()) for item in value.split(",") if item.strip()]
    except ValueError:
        # the service refuses it, with a message
        return value
