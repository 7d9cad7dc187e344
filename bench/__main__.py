"""Runs every benchmark of this folder, each as a process of its own: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

failed = []
for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    print(f"— {path.stem}", flush=True)
    if subprocess.run([sys.executable, "-m", f"bench.{path.stem}"], check=False).returncode:
        failed.append(path.stem)
sys.exit(f"Over a limit: {', '.join(failed)}." if failed else 0)
