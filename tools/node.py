"""Finds Node 20 or newer, or brings it into the virtual environment, and runs a command with it on PATH.

Usage: python tools/node.py npm run lint
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = 20


def _is_new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)", answer.stdout)
    return answer.returncode == 0 and version is not None and int(version[1]) >= OLDEST


def find_node() -> Path | None:
    """The folder that holds a usable `node` and `npm`: first on PATH, then in the virtual environment."""
    in_venv = Path(sys.executable).parent
    for node in (shutil.which("node"), shutil.which("node", path=str(in_venv))):
        if node and _is_new_enough(node) and shutil.which("npm", path=str(Path(node).parent)):
            return Path(node).parent
    return None


def bring_node() -> Path:
    """Installs Node from its PyPI wheel into the virtual environment, as requirements-node.lock names it."""
    lock = ROOT / "requirements-node.lock"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    subprocess.run(command, check=True)
    folder = find_node()
    if folder is None:
        raise SystemExit("Node was installed from its wheel but does not run here: install Node 20 or newer.")
    return folder


def environment() -> dict[str, str]:
    """This process's environment with a usable Node first on PATH."""
    folder = find_node() or bring_node()
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Runs a command in the repository with Node on PATH; a failure ends this process with its exit code."""
    env = env or environment()
    program = shutil.which(command[0], path=env["PATH"]) or command[0]
    done = subprocess.run([program, *command[1:]], cwd=ROOT, env=env, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    run(*sys.argv[1:])
