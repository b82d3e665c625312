"""Starts one command and reports how long it took and how much memory it needed, on a pipe.

A process of its own, without any import beyond the standard library: on Linux the peak that the system reports for
a child is at least the memory of the process that started it, so a small one has to.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time


def main() -> int:
    """`launcher.py PIPE SECONDS COMMAND...`: runs the command, for at most so many seconds."""
    pipe, limit, *command = sys.argv[1:]
    began = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGALRM, lambda _signal, _frame: child.kill())
    signal.alarm(int(limit))
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    signal.alarm(0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # Kilobytes, but bytes on macOS.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    os.write(int(pipe), json.dumps({"seconds": seconds, "peak": peak, "code": child.returncode}).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
