"""Draw the pictures of the README from the numbers that bench/faq.py wrote.

python ../../bench/faq.py --json pictures/stackfaq.json
python pictures.py pictures/stackfaq.json       (needs matplotlib)
"""

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from faq.fault import BadInputError, run

mpl.use("svg")
from matplotlib import pyplot

_NAMES = {"reference": "reference model", "similarity": "similarity", "ours": "this example"}
_COLORS = {"reference": "#9aa5b1", "similarity": "#5b8db8", "ours": "#d9822b"}


def draw_gains(results: dict[str, Any], path: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(6, 3.4))
    for offset, (kind, about) in enumerate(results.items()):
        splits = about["gains"]
        means = [100 * sum(row[k] for row in splits) / len(splits) for k in range(3)]
        places = [k + 0.26 * (offset - 1) for k in range(3)]
        bars = axes.bar(places, means, 0.24, color=_COLORS[kind], label=_NAMES[kind])
        axes.bar_label(bars, fmt="%.1f", fontsize=8)
    axes.set_xticks(range(3), ["gain@1", "gain@2", "gain@3"])
    axes.set_ylim(60, 102)
    axes.set_ylabel("% of test questions (axis starts at 60)")
    axes.set_title("StackFAQ, mean over the splits", fontsize=10)
    axes.legend(loc="lower right", fontsize=8)
    _save(figure, path)


def draw_reliability(rows: list[dict[str, float]], path: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(4, 3.8))
    axes.plot([0, 1], [0, 1], color="#9aa5b1", linewidth=1, label="perfectly calibrated")
    claimed, right = [r["claimed"] for r in rows], [r["right"] for r in rows]
    axes.plot(claimed, right, color=_COLORS["ours"], marker="o", markersize=4, label="this example")
    for row in rows:
        place = row["claimed"], row["right"]
        axes.annotate(
            f"{row['cases']:.0f}", place, (4, -10), textcoords="offset points", fontsize=7
        )
    axes.set_xlabel("probability of the best original")
    axes.set_ylabel("share that is right")
    axes.set_title("Calibration on test (numbers: questions)", fontsize=10)
    axes.legend(fontsize=8)
    _save(figure, path)


def draw_curves(curves: list[list[float]], path: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(6, 3.2))
    best = max(curves, key=lambda curve: curve[-1])
    for curve in curves:
        steps = [100 * (i + 1) / len(curve) for i in range(len(curve))]
        chosen = curve is best
        color = _COLORS["ours"] if chosen else "#c3ccd5"
        axes.plot(
            steps, curve, color=color, linewidth=2 if chosen else 1, zorder=3 if chosen else 2
        )
    axes.set_xlabel("% of the trees")
    axes.set_ylabel("gain@1 on tune")
    axes.set_title(f"{len(curves)} trials of one search; the best in colour", fontsize=10)
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    # no date and no random ids: the same numbers give the same file
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    print(path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the pictures of the README.")
    parser.add_argument("results", type=Path, help="what bench/faq.py --json wrote")
    arguments = parser.parse_args()
    mpl.rcParams["svg.hashsalt"] = "faq"
    try:
        results = json.loads(arguments.results.read_text(encoding="utf-8"))
        ours = results["ours"]
    except (OSError, ValueError, KeyError) as error:
        raise BadInputError(
            f"{arguments.results} is not a result of bench/faq.py with all rows ({error!r}); "
            "make it with: python ../../bench/faq.py --json pictures/stackfaq.json"
        ) from None
    folder = arguments.results.parent
    draw_gains(results, folder / "gains.svg")
    draw_reliability(ours["reliability"], folder / "calibration.svg")
    draw_curves(ours["curves"], folder / "trials.svg")


if __name__ == "__main__":
    run(main)
