"""Runs every benchmark and prints its rows: `make bench`."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import bench


def main() -> int:
    """Run each module that has a `measure`; exit code 1 where a bound is broken."""
    broken = 0
    for found in iter_modules(bench.__path__):
        module = import_module(f"bench.{found.name}")
        if hasattr(module, "measure"):
            print(f"— {found.name}: {(module.__doc__ or '').splitlines()[0]}")
            broken |= bench.report(module.measure())
    return broken


if __name__ == "__main__":
    sys.exit(main())
