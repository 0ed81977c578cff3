"""Shapes that the API answers with in place of what a lower layer stores or computes."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Projection(BaseModel):
    """A shape with an equally named attribute of another object behind each of its fields.

    What else the object has stays behind: a field that a table or a file gains is not on the wire.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    @classmethod
    def of(cls, source: object) -> Self:
        """Take the fields of this shape from `source`, nested shapes included.

        Raises:
            ValidationError: `source` lacks one of them, or has it with another type.
        """
        return cls.model_validate(source)
