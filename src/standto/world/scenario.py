"""`scenario.toml` -> `Scenario`, with every fault of the file at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from standto.clock import Clock, parse_duration, parse_when
from standto.errors import DataError, Fault
from standto.tables import near
from standto.world.alliance import Objective, Scenario

FILE = "scenario.toml"
PHASES = ("peace", "alert", "crisis")
HEAVIEST = 1_000_000
"""Largest weight in the objective: more would drown what the others say."""


def read_scenario(path: Path) -> tuple[Scenario, Clock]:
    """The scenario's words and its clock. Raises DataError with every fault of the file."""
    text, raw = _toml(path)
    fields = {field.name: field for field in msgspec.structs.fields(Scenario)}
    faults = [
        Fault(FILE, _line(text, key), key, None, f"is not a key of a scenario{near(key, fields)}")
        for key in raw
        if key not in fields
    ]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in raw:
            if field.required:
                faults.append(Fault(FILE, None, name, None, "is missing; a scenario needs it"))
            continue
        try:
            values[name] = msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError as error:
            faults.append(Fault(FILE, _line(text, name), name, None, _plain(str(error))))
    faults += _value_faults(values, text)
    if faults:
        raise DataError(faults)
    scenario = Scenario(**values)
    return scenario, Clock(parse_when(scenario.c_hour))


def named(path: Path, key: str, usual: str) -> str:
    """A name that a scenario file gives, even where the rest of the file is wrong."""
    try:
        found = _toml(path)[1].get(key)
    except DataError:
        found = None
    return found if isinstance(found, str) else usual


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    if not path.is_file():
        raise DataError.one(FILE, "there is no such file; a scenario folder needs one")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError.one(FILE, "is not UTF-8; save the file with the encoding UTF-8") from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise DataError.one(FILE, f"cannot be read as TOML ({error})", line=line) from None


def _line(text: str, key: str) -> int | None:
    """Line on which a key or its table stands."""
    found = re.search(rf"^\s*(\[+\s*)?{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


def _plain(message: str) -> str:
    """Validation message in the words of the file: `should be a text, not a number`."""
    words = {"`str`": "text", "`int`": "a whole number", "`float`": "a number", "`array`": "a list"}
    words |= {"`object`": "a table", "`bool`": "true or false"}
    for programmer, reader in words.items():
        message = message.replace(programmer, reader)
    message = re.sub(r" - at `\$(.*)`", r" (at \1)", message)
    return message.replace("Expected", "should be").replace(", got", ", not")


def _value_faults(values: dict[str, Any], text: str) -> Iterator[Fault]:
    """Faults of values that have the right type but no meaning."""
    checks: dict[str, Callable[[str], Any]] = {
        "c_hour": parse_when,
        "horizon": _positive,
        "slot": _positive,
    }
    for key, parse in checks.items():
        if key in values:
            try:
                parse(values[key])
            except ValueError as error:
                yield Fault(FILE, _line(text, key), key, values[key], str(error))
    if values.get("phase", "crisis") not in PHASES:
        right = f"should be one of {' '.join(PHASES)}{near(values['phase'], PHASES)}"
        yield Fault(FILE, _line(text, "phase"), "phase", values["phase"], right)
    weights = msgspec.structs.asdict(values.get("objective", Objective()))
    for key, weight in weights.items():
        if not 0 <= weight <= HEAVIEST:
            right = f"should be a weight from 0 to {HEAVIEST}"
            yield Fault(FILE, _line(text, key), key, str(weight), right)
    keys = [plan.plan for plan in values.get("plans", ())]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Fault(FILE, _line(text, "plans"), "plan", key, "names two plans; a key is unique")
    if values.get("plans") == ():
        yield Fault(FILE, _line(text, "plans"), "plans", None, "names no plan; one is needed")


def _positive(text: str) -> int:
    minutes = parse_duration(text)
    if minutes <= 0:
        raise ValueError("should be longer than nothing")
    return minutes
