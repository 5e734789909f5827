"""Write the pages that are made from the code: docs/tables.md and docs/commands.md.

python docs/generate.py          # a test fails when a page is not what this writes
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from standto import tables
from standto.cli import main
from standto.world.alliance import Scenario

DOCS = Path(__file__).parent
GRADES = "A primary text seen, B secondary source, C not yet seen, D derived by arithmetic"

SCENARIO = {  # what each key of scenario.toml is; a key of the code without words here is an error
    "name": "key of the scenario",
    "title": "title as printed",
    "summary": "what it asks and what it assumes, in a few sentences",
    "alliance": "name of the alliance",
    "c_hour": "C-hour: a UTC time",
    "plans": "one `[[plans]]` for each defensive plan, with `plan` (its key), `title` and `area`",
    "other_side": "codes of the countries with which the channel is kept open",
    "network": "bundled network, `own`, or a folder beside the file",
    "council": "procedure pack that the council follows",
    "contingencies": "library that lies under the scenario's contingencies; blank for none",
    "rules": "rule packs that findings are made from",
    "phase": "which lead times of clearances hold: peace, alert or crisis",
    "horizon": "how long after C-hour is planned (a duration)",
    "slot": "length of one slot of capacity (a duration)",
    "objective": "`[objective]` with the weights `closure`, `response` and `lateness`; 0 if left "
    "out: `lift` of an hour of any lift, `lift_road`, `lift_rail`, `lift_sea` and `lift_air` of "
    "one mode on top, `borders` of a border crossed by a packet; each from 0 to 1,000,000",
}


def scenario_keys() -> list[str]:
    """The keys of `scenario.toml` as rows of Markdown, from the structure that reads it."""
    rows = ["## scenario.toml\n", "| key | required | default | what it is |", "|---|---|---|---|"]
    for field in msgspec.structs.fields(Scenario):
        usual = "" if field.required else field.default
        if isinstance(usual, tuple):
            usual = " ".join(usual)
        if isinstance(usual, msgspec.Struct):
            usual = ", ".join(
                f"{key} {value:g}" for key, value in msgspec.structs.asdict(usual).items()
            )
        required = "yes" if field.required else ""
        rows.append(f"| {field.name} | {required} | {usual} | {SCENARIO[field.name]} |")
    return [*rows, ""]


def tables_page() -> str:
    """Every table and column, from the schema files that the program itself reads."""
    parts = [
        "# Tables\n",
        "Made from `src/standto/schema/*.csv` by `python docs/generate.py`; input is checked"
        " against the same files.\n",
        "A scenario is a folder with `scenario.toml` and any of these tables, as UTF-8 CSV or XLSX"
        " (first sheet). A duration has its unit (`90 min`, `36 h`, `5 d`, `1 d 12 h`); a time is"
        " UTC (`2022-02-24T17:37Z`) or a date-time group (`241737ZFEB22`); a list is separated by"
        f" blanks; yes or no is written so. Grades: {GRADES}.\n",
    ]
    parts += scenario_keys()
    for name in tables.schemas():
        spec = tables.schema(name)
        parts.append(f"## {name}\n")
        parts.append("| column | type | required | default | allowed | what it is |")
        parts.append("|---|---|---|---|---|---|")
        parts += [column_row(column) for column in spec.columns]
        parts.append("")
    return "\n".join(parts)


def column_row(column: tables.Column) -> str:
    """One column as a row of Markdown."""
    low = "" if column.low is None else f"at least {column.low:g}"
    high = "" if column.high is None else f"at most {column.high:g}"
    refers = f"a key of {column.refers}" if column.refers else ""
    allowed = "; ".join(part for part in (" ".join(column.choices), low, high, refers) if part)
    name = f"**{column.name}**" if column.key else column.name
    required = "yes" if column.required else ""
    return (
        f"| {name} | {column.type} | {required} | {column.default} | {allowed} "
        f"| {column.description.replace('|', chr(92) + '|')} |"
    )


def commands_page() -> str:
    """Help of every command, as the command line prints it."""
    parts = [
        "# Commands\n",
        "Made from the command line's own help by `python docs/generate.py`.\n",
    ]
    for words, command in every_command(main, ("standto",)):
        context = click.Context(
            command,
            info_name=" ".join(words),
            terminal_width=100,
            max_content_width=100,
            help_option_names=["-h", "--help"],
        )
        title = " ".join(words)
        parts.append(f"## {title}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def every_command(
    command: click.Command, words: tuple[str, ...]
) -> list[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, with the words that call them."""
    found = [(words, command)]
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            found += every_command(child, (*words, name))
    return found


PAGES = {"tables.md": tables_page, "commands.md": commands_page}


def write() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
