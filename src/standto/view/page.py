"""The page: one HTML file with script, style and data inside, which opens from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from standto.errors import StandtoError
from standto.view.ground import ground
from standto.view.movements import movements
from standto.view.provenance import Used
from standto.view.record import record
from standto.view.response import Response
from standto.view.tasks import tasks

TEMPLATE = Path(__file__).parent / "static" / "page.html"
"""Built from `web/` by `python3 dev.py page`."""
MARKER = "__STANDTO_PAGE_DATA__"


def page(response: Response, rows: Used, statement: str, ledger: bytes) -> str:
    """The finished page. Raises StandtoError when its template has not been built.

    statement: the public statement in Markdown. ledger: the exported ledger, JSON lines.
    """
    if not TEMPLATE.is_file():
        raise StandtoError("the page is not built yet: run python3 dev.py page, once")
    before, marker, after = TEMPLATE.read_text(encoding="utf-8").partition(MARKER)
    assert marker, "the page's template holds the marker for its data"
    return before + inline(page_data(response, rows, statement, ledger)) + after


def page_data(response: Response, rows: Used, statement: str, ledger: bytes) -> dict[str, Any]:
    """Everything that the page shows, as plain data; web/src/data.ts names the same fields."""
    moves = movements(response.result.schedule.legs, response.world.network.links)
    return {
        "ground": ground(response, moves),
        **tasks(response, moves),
        **record(response, rows, statement, ledger),
    }


def inline(data: dict[str, Any]) -> str:
    """JSON that can stand inside a script element: no `<`, no line separators of JavaScript."""
    text = msgspec.json.encode(data).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
