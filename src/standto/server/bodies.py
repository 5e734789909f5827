"""What a browser may send: the shape and size of each body."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from standto.channel.incident import Name as IncidentName

LONGEST_WORDS = 8000
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS)
]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Years in which an exercise can lie; beyond them neither zones nor silences could be reckoned."""


def _in_our_time(when: datetime) -> datetime:
    if not FIRST_YEAR <= when.year < LAST_YEAR:
        raise ValueError(f"should lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    return when


When = Annotated[
    datetime,
    AfterValidator(_in_our_time),
    Field(description="UTC, such as 2022-02-24T17:37:00Z"),
]


PasskeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{2,2048}$")]
RunNumber = Annotated[int, Path(ge=1, le=2**53)]


class Body(BaseModel):
    """A body that says nothing but what it should."""

    model_config = ConfigDict(extra="forbid")


class SignInBody(Body):
    """Name and password."""

    name: Annotated[str, StringConstraints(max_length=100)]
    password: Annotated[str, StringConstraints(max_length=300)]


class NewPasskeyBody(Body):
    """The password again, before a passkey is made."""

    password: Annotated[str, StringConstraints(max_length=300)]


class PasskeyBody(Body):
    """A passkey that the browser has made, and what its owner calls it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)] = (
        "passkey"
    )
    credential: dict[str, Any]


class CredentialBody(Body):
    """A browser's answer to sign somebody in, as `PublicKeyCredential` writes it."""

    credential: dict[str, Any]


class ActBody(Body):
    """An act of the council; who acts follows from who is signed in."""

    act: Name
    text: Words
    plans: Annotated[list[Name], Field(max_length=50)] = []
    deadline: When | None = None
    silence_min: Annotated[int, Field(ge=1, le=60 * 24 * 60)] | None = None
    decision: Name | None = None
    forum: Name | None = None
    subject: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    amounts: Annotated[
        dict[Name, Annotated[int, Field(ge=1, le=10**6)]], Field(max_length=100)
    ] = {}
    request: Annotated[str, StringConstraints(max_length=60)] = ""


class SignatureBody(Body):
    """The signature of the entry that the desk has proposed."""

    signature: Annotated[str, StringConstraints(max_length=200)]
    request: Annotated[str, StringConstraints(max_length=60)] = ""


class OwnKeyBody(Body):
    """A key that its holder has made: public half and proof in base64, and the password again."""

    holder: Name
    public: Annotated[str, StringConstraints(max_length=60)]
    proof: Annotated[str, StringConstraints(max_length=120)]
    password: Annotated[str, StringConstraints(max_length=300)]


class DraftBody(Body):
    """Unfinished words."""

    text: Annotated[str, StringConstraints(max_length=20_000)]


class ReleaseBody(Body):
    """What observers may read: the record up to an entry, or a run's figures."""

    entry: Annotated[int, Field(ge=0, le=2**53)] | None = None
    run: Annotated[int, Field(ge=1, le=2**53)] | None = None


class RunBody(Body):
    """A schedule and its rehearsal."""

    seconds: Annotated[float, Field(ge=0.1, le=600)] = 5.0
    runs: Annotated[int, Field(ge=1, le=20_000)] = 500
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1


class ClockBody(Body):
    """The exercise's clock: another speed, or a later time."""

    rate: Annotated[float, Field(ge=0, le=3600)] | None = None
    to: When | None = None


class IncidentBody(Body):
    """An act on an incident of the channel."""

    incident: Name
    act: IncidentName
    text: Words
    channel: Annotated[str, StringConstraints(max_length=60)] | None = None
    wait_min: Annotated[int, Field(ge=0, le=60 * 24 * 30)] | None = None


def aware(when: datetime | None) -> datetime | None:
    """A time in UTC to the second; one without a zone is taken as UTC."""
    if when is None:
        return None
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).replace(microsecond=0)
