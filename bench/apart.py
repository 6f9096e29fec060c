"""`python apart.py COMMAND...`: run a command, print what it took, as JSON, and end as it did.

The system counts as memory of a new process what the one had that starts it. This one is small,
which the benchmark that made 10,000 experiments just before is not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> int:
    """Wall and processor time in seconds, and the largest resident size in bytes."""
    start = time.perf_counter()
    # What the command says is not mixed with what is said of it.
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=sys.stderr)
    # `wait4` alone gives the memory of this one child; the rest of Popen must not wait again.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    kilo = 1 if sys.platform == "darwin" else 1024
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * kilo
    print(json.dumps([seconds, cpu, peak]))
    return process.returncode


if __name__ == "__main__":
    raise SystemExit(main())
