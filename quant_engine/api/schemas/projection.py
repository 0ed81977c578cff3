"""The base of shapes that the API sends in place of what a lower layer stores or computes."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Projection(BaseModel):
    """A shape whose fields are the equally named attributes of another object.

    It ignores the object's other attributes: a new field of a table or a file is not on the wire.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    @classmethod
    def of(cls, source: object) -> Self:
        """Copy the fields of this shape from `source`, including nested shapes.

        Raises:
            ValidationError: `source` lacks one of them, or has it with another type.
        """
        return cls.model_validate(source)
