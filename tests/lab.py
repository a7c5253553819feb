"""JupyterLab on a copy of the project, and what its pages show of a notebook."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys

from browser import free_port, serving
from conftest import ROOT

TOKEN = "a-token-for-a-test"


def copied(folder):
    """The project in a folder of its own, so that what is saved and rendered there stays there."""
    for name in ("damages", "notebooks", "params", "jupyter", "tests/oracles"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    return folder


def environment_of(project, home):
    """Fresh folders for everything Jupyter writes; the copy of the library before any other."""
    folders = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR", "LAB_SETTINGS_DIR", "LAB_WORKSPACES_DIR")
    own = {f"JUPYTER{'' if name.startswith('LAB') else '_'}{name}": str(home / name) for name in folders}
    return {
        **os.environ,
        **own,
        "JUPYTER_PATH": str(project / "jupyter"),
        "JUPYTER_CONFIG_PATH": str(project / "jupyter"),
        "PYTHONPATH": str(project),
        "DAMAGES_PROJECT": str(project),
        "IPYTHONDIR": str(home / "ipython"),
        "OMP_NUM_THREADS": "1",  # as `make` sets it
        "PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}",
    }


@contextlib.contextmanager
def jupyterlab(project, environment, log):
    """JupyterLab on the project, with its settings, as `make lab` starts it; its address."""
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.root_dir={project}", "--ServerApp.allow_root=True", "--expose-app-in-browser"]
    with serving(command, port, environment, log):
        yield f"http://127.0.0.1:{port}"
