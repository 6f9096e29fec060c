"""Servers in place of GitHub and W&B, in a process of their own: `python -m bench.standins`.

The first line printed holds their addresses. Each line read is answered with the numbers of
requests since the last: GitHub's, then W&B's.
"""

from __future__ import annotations

import argparse
import sys

from bench.catalogs import RUN
from standins import github, wandb

TOKEN = "t" * 40
# Enough for a curve of as many points as are ever asked for.
STEPS = 200


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--issues", type=int, nargs="+", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--latency", type=float, required=True)
    options = parser.parse_args()
    # All have ended: a run that goes on is news.
    rows = ({**wandb.run(index, STEPS), "state": "finished"} for index in range(options.runs))
    runs = {RUN.format(index): {**row, "name": RUN.format(index)} for index, row in enumerate(rows)}
    lab = wandb.Standin(runs=runs, key=wandb.KEY, latency=options.latency)
    with github.serve() as hub, lab:
        hub.tokens.add(TOKEN)
        hub.latency = options.latency
        issues = (github.Issue(number, f"Issue {number}") for number in options.issues)
        hub.add(options.repository, *issues)
        print(hub.url, lab.url, flush=True)
        for _ in sys.stdin:
            print(len(hub.log), len(lab.log), flush=True)
            hub.log.clear()
            lab.log.clear()


if __name__ == "__main__":
    main()
