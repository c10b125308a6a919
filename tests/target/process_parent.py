"""A parent of its own for the tests that kill one: ``python process_parent.py ENTRY PAYLOAD FOLDER [terminal]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from trialrun.target.job import Job
from trialrun.target.supervise import Supervisor

if __name__ == "__main__":
    entry, payload, folder, *rest = sys.argv[1:]
    out = Path(folder) / "out"
    with Supervisor(preload=()) as supervisor:
        child = supervisor.start(
            Job(f"process_entries:{entry}", json.loads(payload), out, out, stdin_terminal=bool(rest))
        )
        try:
            print(child.wait(30.0, lambda: None), flush=True)
        except KeyboardInterrupt:
            print("parent interrupted", child.exit, flush=True)
            sys.exit(130)
