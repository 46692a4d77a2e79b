"""Forms: the kinds of text a tenant file may hold, as Pydantic types.

All values arrive as text. What can be said as a pattern is checked in Rust and only explained (`EXPLAIN`) when it
fails; the rest calls its function in flaws.py. Nothing is converted: a valid file's data is its own record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, with_config
from pydantic_core import PydanticCustomError

from highstreet.model import addresses, amounts, flaws, references
from highstreet.model.flaws import Flaw

shape = with_config(ConfigDict(extra="forbid"))

EXPLAIN: dict[str, Callable[[str], Flaw | None]] = {
    amounts.PRICE: amounts.price,
    amounts.WHOLE: amounts.whole,
    amounts.COUNT: amounts.count,
    flaws.COLOR: flaws.color,
    amounts.WEIGHT: amounts.weight,
}


def _checked(check: Callable[[str], Flaw | None]) -> AfterValidator:
    def validate(text: str) -> str:
        flaw = check(text)
        if flaw is not None:
            raise PydanticCustomError("flaw", "{message}", dict(flaw._asdict()))
        return text

    validate.__name__ = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"  # by which quick.py finds it again
    return AfterValidator(validate)


def _number(**rules: object) -> WithJsonSchema:
    return WithJsonSchema({"type": ["number", "string"], **rules})


Text = Annotated[str, StringConstraints(max_length=5_000)]
Line = Annotated[str, StringConstraints(max_length=500)]
Title = Annotated[str, StringConstraints(max_length=300, pattern=r"\S")]
Markdown = Annotated[str, StringConstraints(max_length=500_000)]
Price = Annotated[str, StringConstraints(pattern=amounts.PRICE), _number(minimum=0, pattern=amounts.PRICE)]
Whole = Annotated[str, StringConstraints(pattern=amounts.WHOLE), WithJsonSchema({"type": "integer"})]
Count = Annotated[str, StringConstraints(pattern=amounts.COUNT), WithJsonSchema({"type": "integer", "minimum": 0})]
Score = Annotated[
    str, _checked(flaws.score), WithJsonSchema({"type": ["number", "string"], "minimum": 1, "maximum": 5})
]
Color = Annotated[str, StringConstraints(pattern=flaws.COLOR)]
Weight = Annotated[str, StringConstraints(pattern=amounts.WEIGHT), _number(pattern=amounts.WEIGHT)]
Boolean = Annotated[Literal["true", "false"], WithJsonSchema({"type": "boolean"})]
Moment = Annotated[str, _checked(flaws.moment), Field(description="A date, or date and time with a time zone.")]
Handle = Annotated[
    str, _checked(flaws.handle), WithJsonSchema({"type": "string", "pattern": "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$"})
]
Link = Annotated[
    str, _checked(references.flaw), Field(description="product/…, collection/…, page/…, post/…, /path or https://…")
]
Destination = Annotated[
    str, _checked(references.destination_flaw), Field(description="A link, or product/* for an old path with a *")
]
Url = Annotated[str, _checked(addresses.url), WithJsonSchema({"type": "string", "format": "uri"})]
HttpsUrl = Annotated[
    str, _checked(addresses.https), WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https://"})
]
Host = Annotated[str, _checked(addresses.host), WithJsonSchema({"type": "string", "format": "hostname"})]
Email = Annotated[str, _checked(addresses.email), WithJsonSchema({"type": "string", "format": "email"})]
Phone = Annotated[str, _checked(addresses.phone)]
Currency = Annotated[str, _checked(flaws.currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
Locale = Annotated[
    str,
    _checked(flaws.locale),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"}),
]
Country = Annotated[str, _checked(flaws.country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})]
AnyValue = Annotated[Any, WithJsonSchema({})]


def doc(text: str) -> Any:
    """A description for editors."""
    return Field(description=text)
