"""Benchmarks: each module has `measure() -> list[Row]`, whose ratios to a floor of the same run count."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured thing beside its floor, both in `unit`; the ratio may be at most `bound`."""

    name: str
    value: float
    floor: float
    bound: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Value over floor."""
        return self.value / self.floor

    @property
    def holds(self) -> bool:
        """Tell whether the ratio is within its bound."""
        return self.ratio <= self.bound


def report(rows: Iterable[Row]) -> int:
    """Print the rows and return a process's exit code: 1 where a bound is broken."""
    broken = False
    for row in rows:
        verdict = "ok" if row.holds else "ABOVE THE BOUND"
        print(
            f"{row.name}: {row.value:.3g} {row.unit}, floor {row.floor:.3g} {row.unit}, "
            f"ratio {row.ratio:.2f} (at most {row.bound:g}) {verdict}"
        )
        broken = broken or not row.holds
    return int(broken)
