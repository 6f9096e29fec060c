"""The measured table as a file, with the day and the machine."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.builds import ROOT
from bench.measure import Row
from labbook.files import write_atomic

FILE = "data/bench.json"


def machine() -> dict[str, Any]:
    """What it is measured on; memory is in bytes."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def write(
    measured: Iterable[tuple[str, Row]], on: Mapping[str, Any], seconds: float, root: Path = ROOT
) -> None:
    """Keep the rows, each with the part that it is of; the old file stays until all are there."""
    rows = [{"part": part, **asdict(row)} for part, row in measured]
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    data = {"machine": on, "measured": day, "rows": rows, "seconds": round(seconds)}
    write_atomic(root / FILE, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _cpu() -> str:
    try:
        found = re.search(r"(?m)^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()
