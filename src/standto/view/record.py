"""What the page tells beside the map: log, decision, findings, notices, sources and method."""

from __future__ import annotations

import json
from importlib.metadata import version as installed
from typing import Any

import msgspec
import polars as pl

from standto.clock import parse_when
from standto.ledger.entry import sha256
from standto.reports.situation import Situation
from standto.rules.packs import rule_sources
from standto.view.figures import summary
from standto.view.ground import columns
from standto.view.provenance import Used
from standto.view.response import Response


def record(response: Response, rows: Used, statement: str, ledger: bytes) -> dict[str, Any]:
    """Head, figures, situation, ledger, findings, notices, statement, sources and factors."""
    world, summed = response.world, summary(response, rows)
    del summed["solve_s"], summed["rehearsal"]["seconds"]  # the same seed gives the same page
    return {
        "head": head(response),
        "summary": summed,
        "situation": situation(response.situation),
        "activation": {
            "plans": response.activation.plans,
            "version": response.activation.version,
            "decided_min": world.clock.minute(response.activation.decided_at),
            "alerted_min": world.clock.minute(response.activation.alerted_at),
            "ledger_head": response.activation.ledger_head,
        },
        "ledger": entries(ledger, response),
        "findings": response.findings.to_dicts(),
        "notices": response.notices.to_dicts(),
        "statement": statement,
        "sources": columns(rule_sources(world), "source title where licence retrieved grade note"),
        "used": rows.by_source().to_dict(as_series=False),
        "factors": columns(
            world.network.factors, "factor value unit low high date note source grade"
        ),
        "contingencies": contingencies(world.contingencies),
    }


def head(response: Response) -> dict[str, Any]:
    """Title, clock, version and the command that gives this page again."""
    scenario, result = response.world.scenario, response.result
    command = (
        f"standto run {scenario.name} --out response --iterations {result.iterations}"
        f" --runs {response.ensemble.runs} --seed {response.seed}"
    )
    return {
        "name": scenario.name,
        "title": scenario.title,
        "summary": scenario.summary,
        "alliance": scenario.alliance,
        "phase": scenario.phase,
        "rules": scenario.rules,
        "objective": msgspec.to_builtins(scenario.objective),
        "c_hour": response.world.clock.iso(0),
        "version": installed("standto"),
        "iterations": result.iterations,
        "command": command,
    }


def situation(log: Situation) -> dict[str, Any]:
    """The situation log as plain data; of a report's path only the file's name."""
    data: dict[str, Any] = msgspec.to_builtins(log)
    for report in data["reports"]:
        report["path"] = report["path"].replace("\\", "/").rsplit("/", 1)[-1]
    return data


def entries(ledger: bytes, response: Response) -> list[dict[str, Any]]:
    """The ledger's entries as the page shows them, with hash and minute since C-hour."""
    lines = [line for line in ledger.splitlines() if line]
    shown = []
    for line in lines:
        entry = json.loads(line)
        if "body" not in entry:
            continue
        entry["hash"] = sha256(line)
        entry["at_min"] = response.world.clock.minute(parse_when(entry["at"]))
        shown.append(entry)
    return shown


def contingencies(table: pl.DataFrame) -> dict[str, list[Any]]:
    """What may go wrong, in the words of the scenario."""
    return columns(
        table,
        "contingency name kind target mode probability distribution parameters",
        ("note", "source", "grade"),
    )
