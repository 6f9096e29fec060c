"""Draws the figures of the project "Pre-training under infinite compute" from its run table.

Without a run table it draws what published values can feed, and says what the rest needs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from infinite_compute.figures import command

if __name__ == "__main__":
    sys.exit(command.main(Path(__file__).resolve().parent.parent))
