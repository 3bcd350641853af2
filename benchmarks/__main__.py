"""`python -m benchmarks [--json] [name…]`: run the measures and print their tables."""

from __future__ import annotations

import argparse
import sys

from benchmarks import callbacks, planning, reports, startup, understanding

MEASURES = {
    "callbacks": callbacks.measure,
    "callbacks-all": callbacks.measure_with_worker,
    "planning": planning.measure,
    "reports": reports.measure,
    "startup": startup.measure,
    "understanding": understanding.measure,
}


def main() -> int:
    """Run what was asked for; 1 when something was wrong besides being slow."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASURES))
    parser.add_argument("--json", action="store_true", help="JSON lines instead of tables")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(MEASURES):
        parser.error(f"no measure {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    sound = True
    for name in asked.names or MEASURES:
        report = MEASURES[name]()
        print(report.as_lines() if asked.json else report.as_table() + "\n", flush=True)
        sound = sound and not report.faults
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
