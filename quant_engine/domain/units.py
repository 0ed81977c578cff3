"""The units of numbers on the wire: each number of the contract has one, as `x-unit`, and clients format by it."""

from typing import Annotated

from pydantic import Field, FiniteFloat


def _unit(name: str) -> dict[str, object]:
    return {"x-unit": name}


Fraction = Annotated[FiniteFloat, Field(json_schema_extra=_unit("fraction"))]  #: 0.1 is ten percent
Ratio = Annotated[FiniteFloat, Field(json_schema_extra=_unit("ratio"))]
Coefficient = Annotated[
    FiniteFloat, Field(json_schema_extra=_unit("coefficient"))
]  #: of correlation
Correlation = Annotated[Coefficient, Field(ge=-1, le=1)]
Money = Annotated[FiniteFloat, Field(json_schema_extra=_unit("currency"))]
Price = Annotated[Money, Field(gt=0)]
Shares = Annotated[FiniteFloat, Field(json_schema_extra=_unit("shares"))]
BasisPoints = Annotated[FiniteFloat, Field(json_schema_extra=_unit("bps"))]
Days = Annotated[FiniteFloat, Field(json_schema_extra=_unit("days"))]
Milliseconds = Annotated[FiniteFloat, Field(json_schema_extra=_unit("ms"))]
