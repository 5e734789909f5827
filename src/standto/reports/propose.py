"""Optional proposals from an OpenAI-compatible endpoint: off unless an endpoint is named.

A proposal is kept only when the words it quotes stand at its offsets in the raw text. It never sets
a grade or a code, and says which model made it.
"""

from __future__ import annotations

import http.client
import json
import logging
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from msgspec.structs import replace

from standto.errors import StandtoError
from standto.reports.situation import Kind, Report, Situation, Span, Statement

log = logging.getLogger(__name__)
LIMIT_CHARACTERS = 24_000
"""So much of a report is sent at most; a longer one is left to the rules."""
CHUNK_BYTES, MOST_CHUNKS = 65_536, 4_096
KEY_VARIABLE = "STANDTO_ENDPOINT_KEY"
"""Environment variable that holds the endpoint's key; it is never printed and never written."""
REFUSALS = (
    OSError, http.client.HTTPException, ValueError, KeyError, IndexError, TypeError, RecursionError
)  # fmt: skip
"""What a server that is down, slow, or no such endpoint at all can raise."""
KINDS: tuple[Kind, ...] = get_args(Kind)
ASK = (
    "List the attributed statements of the report. Answer with JSON only:"
    ' {"statements": [{"start": int, "end": int, "quote": str, "speaker": str or null,'
    ' "cue": str or null, "kind": one of direct mixed indirect document hearsay narration}]}.'
    " start and end count characters of the report; quote must be report[start:end], unchanged."
)


@dataclass(frozen=True)
class Endpoint:
    """Where to ask: `url` up to `/v1`, the model, an optional key, and seconds to wait."""

    url: str
    model: str
    key: str | None = None
    timeout_s: float = 60.0


def propose(situation: Situation, endpoint: Endpoint) -> Situation:
    """The situation with what the endpoint proposes beside what the rules found.

    A proposal that overlaps a statement of the rules by more than half is left out; one that is
    attributed to somebody may stand beside the narration in which it was found.
    """
    added: list[Statement] = []
    for report in situation.reports:
        known = [s for s in situation.statements if s.report == report.id]
        answers = ask(report, endpoint)
        kept = [p for p in verified(report, answers, endpoint.model) if not _known(p, known)]
        log.info("%s: %d proposed, %d kept", report.path, len(answers), len(kept))
        added += kept
    return replace(situation, statements=(*situation.statements, *added))


def ask(report: Report, endpoint: Endpoint) -> list[Any]:
    """What the endpoint answers for one report: a list of anything."""
    if len(report.text) > LIMIT_CHARACTERS:
        return []
    if not endpoint.url.startswith(("http://", "https://")):
        raise StandtoError(f"{_shown(endpoint.url)} is no http address")
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": ASK},
            {"role": "user", "content": report.text},
        ],
    }
    try:
        answer = json.loads(_reply(endpoint, json.dumps(body).encode()))
        found = json.loads(answer["choices"][0]["message"]["content"])["statements"]
    except REFUSALS as no:
        why = str(no) or type(no).__name__
        raise StandtoError(f"{_shown(endpoint.url)} gave no usable answer ({why})") from None
    return found if isinstance(found, list) else []


def _reply(endpoint: Endpoint, body: bytes) -> bytes:
    """What the endpoint sends back: in time, of a bounded size, from where it was asked for.

    A redirection is refused, because it would carry the key to another host.
    """
    headers = {"Content-Type": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    url = f"{endpoint.url.rstrip('/')}/chat/completions"
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the scheme was checked
    opener = urllib.request.build_opener(_NoRedirection)
    until = time.monotonic() + endpoint.timeout_s
    parts: list[bytes] = []
    with opener.open(request, timeout=endpoint.timeout_s) as reply:
        while part := reply.read1(CHUNK_BYTES):
            parts.append(part)
            if len(parts) > MOST_CHUNKS or time.monotonic() > until:
                raise TimeoutError(f"no end of it after {endpoint.timeout_s:g} s")
    return b"".join(parts)


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the answer is then an error with its status."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse to ask elsewhere."""


def _shown(url: str) -> str:
    """An address without a name and password that may stand in it, or a query."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def verified(report: Report, answers: Sequence[Any], model: str) -> list[Statement]:
    """The proposals whose quoted words stand at their offsets; all others are dropped."""
    kept: list[Statement] = []
    for answer in answers:
        place = _place(report, answer)
        if place is None:
            continue
        speaker, cue = _found(report, answer, "speaker"), _found(report, answer, "cue")
        kind: Kind = next((k for k in KINDS if k == answer.get("kind")), "indirect")
        kept.append(
            Statement(
                id=f"{report.id}.p{len(kept) + 1}",
                report=report.id,
                start=place.start,
                end=place.end,
                exact=place.of(report.text),
                kind=kind,
                speaker=speaker,
                speaker_as_written=speaker,
                speaker_how="name" if speaker else "unnamed",
                cue=cue,
                flags=("proposed_by_model",),
                parts=(place,),
                marked=(place,),
                by=f"llm:{model}",
            )
        )
    return kept


def _place(report: Report, answer: Any) -> Span | None:
    """Where a proposal says that its words stand, if they do stand there."""
    if not isinstance(answer, dict):
        return None
    start, end, quote = answer.get("start"), answer.get("end"), answer.get("quote")
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(quote, str)):
        return None
    inside = 0 <= start < end <= len(report.text) and bool(quote.strip())
    return Span(start, end) if inside and report.text[start:end] == quote else None


def _found(report: Report, answer: dict[str, Any], name: str) -> str | None:
    """A word of the answer that stands in the report; a made-up name is dropped."""
    word = answer.get(name)
    return word if isinstance(word, str) and word.strip() and word in report.text else None


def _known(one: Statement, known: Sequence[Statement]) -> bool:
    def shared(other: Statement) -> int:
        return min(one.end, other.end) - max(one.start, other.start)

    alike = [s for s in known if (s.kind == "narration") <= (one.kind == "narration")]
    return any(shared(s) * 2 > min(one.end - one.start, s.end - s.start) for s in alike)
