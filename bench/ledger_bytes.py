"""Change every byte of a small exported ledger to each of its 255 other values; all must be seen.

python bench/ledger_bytes.py
"""

from __future__ import annotations

import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from standto.errors import StandtoError
from standto.ledger.book import Ledger
from standto.ledger.entry import stamp
from standto.ledger.export import checked, export, parse_lines
from standto.ledger.keys import REGISTRAR, enrolment, replay_key

AT = datetime(2030, 1, 1, tzinfo=UTC)


def small(path: Path) -> bytes:
    root, actor = replay_key("t", REGISTRAR), replay_key("t", "XA")
    ledger = Ledger.create(path, {"origin": "t"}, root, AT)
    ledger.append(REGISTRAR, AT, enrolment(actor, stamp(AT)), root)
    ledger.append("XA", AT, {"type": "act", "t": "No."}, actor)
    ledger.seal(root)
    return export(ledger)


def seen(data: bytes) -> bool:
    try:
        list(checked(parse_lines(data, "export")))
    except StandtoError:
        return True
    return False


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        data = small(Path(scratch) / "l.sqlite")
    start = time.process_time()
    assert not seen(data), "the export itself holds"
    unseen = [
        (place, other)
        for place, byte in enumerate(data)
        for other in range(256)
        if other != byte and not seen(data[:place] + bytes([other]) + data[place + 1 :])
    ]
    seconds = round(time.process_time() - start, 1)
    tried = 255 * len(data)
    print(json.dumps({"bytes": len(data), "tried": tried, "unseen": unseen, "seconds": seconds}))
