"""Where the data that come with Standto stand: in the installed package, or in its repository."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def bundled(*parts: str) -> Path:
    """Path of something bundled, such as `bundled("scenarios", "feb2022")` or `bundled("europe")`.

    A wheel keeps the data inside the package; a repository beside `src`. The path may not exist.
    """
    inside = PACKAGE / "data"
    root = inside if inside.is_dir() else PACKAGE.parents[1] / "data"
    return root.joinpath(*parts)


def bundled_names(kind: str) -> tuple[str, ...]:
    """Names of what is bundled of a kind (`scenarios`, `rules`), in order."""
    folder = bundled(kind)
    return tuple(sorted(p.name for p in folder.iterdir())) if folder.is_dir() else ()
