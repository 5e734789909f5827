"""The command `standto read`: report files to one text, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from standto.errors import Fault, StandtoError
from standto.reports.assess import situation
from standto.reports.intake import take_in
from standto.reports.log import with_reviews
from standto.reports.markdown import to_markdown
from standto.reports.propose import Endpoint, propose
from standto.reports.write import to_attributions, to_csv, to_json

FORMATS = {
    "json": to_json,
    "csv": to_csv,
    "md": to_markdown,
    "attributions": to_attributions,
}
"""What `--format` may be, and the function that writes it."""


def read_reports(
    paths: Sequence[Path], form: str, endpoint: Endpoint | None = None, ledger: Path | None = None
) -> tuple[str, list[Fault]]:
    """The situation log of the files that can be read, in a form, and a fault for each other.

    Exit status: 2 where there is a fault, also when other files were read. endpoint: asked for
    proposals only when it is given; when it fails the log is that of the rules, with a fault.
    ledger: the log of statements whose decisions are shown; one that does not hold raises.
    """
    sources, faults = take_in(paths)
    found = situation(sources)
    if endpoint is not None:
        try:
            found = propose(found, endpoint)
        except StandtoError as error:
            faults = [
                *faults,
                Fault("endpoint", None, None, None, f"{error}; the rules' log stands"),
            ]
    if ledger is not None:
        found = with_reviews(found, ledger)
    return FORMATS[form](found), faults


def form_of(out: Path | None, form: str | None) -> str:
    """The form asked for, else what the output's name ends in, else Markdown for a screen."""
    if form is not None:
        return form
    suffix = out.suffix.removeprefix(".").lower() if out is not None else "md"
    return {"jsonl": "attributions"}.get(suffix, suffix if suffix in FORMATS else "json")
