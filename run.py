#!/usr/bin/env python3
"""One command for everything: `python run.py VERB`. Uses the standard library only.

The first run makes `.venv` and installs the hash-pinned `requirements.lock` into it; later runs
find it ready, and rebuild it when the lock changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / ".stamp"
PYTHON = getattr(sys, "_base_executable", sys.executable)  # not the one in .venv, which may be about to go
LOCK = ROOT / "requirements.lock"
SITE = ROOT / "site"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
BY_FILE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")  # what a file shares is made once
STRIP_KEYS = (
    "metadata.language_info metadata.widgets cell.metadata.execution cell.metadata.papermill metadata.papermill"
)


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    raise SystemExit(text)


def environment() -> dict[str, str]:
    """The environment's own programs first on the path."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV)}
    env.pop("PYTHONHOME", None)
    env.setdefault("OMP_NUM_THREADS", "1")
    return env


def command(*words: str | Path, check: bool = True) -> int:
    """Run a program in the project, its own environment first on the path."""
    code = subprocess.call([str(word) for word in words], cwd=ROOT, env=environment())
    if check and code:
        raise SystemExit(code)
    return code


def become(*words: str | Path) -> None:
    """Run a program in the place of this one, so that what ends this one ends it; Windows has no such thing."""
    if os.name == "nt":
        command(*words)
    else:
        os.chdir(ROOT)
        os.execve(words[0], [str(word) for word in words], environment())


def python(*words: str | Path, check: bool = True) -> int:
    """Run the environment's Python."""
    return command(BIN / "python", *words, check=check)


# --- Set-up -----------------------------------------------------------------------------------


def wanted_stamp() -> str:
    made_of = (
        LOCK.read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        platform.python_version().encode(),
        str(ROOT).encode(),
    )
    return hashlib.sha256(b"\0".join(made_of)).hexdigest()


def set_up() -> None:
    """Make `.venv` hold exactly what the lock says; quick when it already does."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        stop(
            f"damages runs on Python 3.11, 3.12 and 3.13; this is {platform.python_version()}. Run it with one of those: python3.12 run.py …"
        )
    stamp = wanted_stamp()
    if STAMP.is_file() and STAMP.read_text() == stamp:
        return
    say("Setting up .venv (once; about a minute) …")
    uv = None if os.environ.get("NO_UV") else shutil.which("uv")
    if not (uv and install_with_uv(uv)):
        install_with_pip()
    STAMP.write_text(stamp)


def clear_venv() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)


def install_with_uv(uv: str) -> bool:
    """The fast way. A network that inspects certificates can stop uv but not pip, so a failure here is not final."""
    clear_venv()
    steps = (
        (uv, "venv", "--quiet", "--python", PYTHON, VENV),
        (uv, "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes", "-r", LOCK),
        (uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT),
    )
    if all(command(*step, check=False) == 0 for step in steps):
        return True
    say("uv failed; using pip.")
    return False


def install_with_pip() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        stop(
            "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install "
            f"python{version}-venv. Or install uv (pip install uv) and run this again."
        )
    clear_venv()
    steps = (
        (PYTHON, "-m", "venv", VENV),
        (
            BIN / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-r",
            LOCK,
        ),
        (
            BIN / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-build-isolation",
            "-e",
            ROOT,
        ),
    )
    for step in steps:
        if command(*step, check=False):
            stop("Setup did not finish; the message above says why. Run the same command to resume.")


# --- Verbs ------------------------------------------------------------------------------------


def verb_report(*arguments: str) -> None:
    """render the LinkedIn case into reports/linkedin (or: report CASE …)"""
    set_up()
    python("-m", "damages.cli", "report", *(arguments or ("params/linkedin.yaml",)))


def verb_test(*arguments: str) -> None:
    """run every test"""
    set_up()
    python("-m", "pytest", *BY_FILE, *arguments)


def verb_check(*arguments: str) -> None:
    """lint, types, clean notebooks and the quick tests: under a minute"""
    set_up()
    python("-m", "ruff", "check", ".")
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "mypy")
    strip_notebooks("--verify")
    python("-m", "pytest", *BY_FILE, "-q", "-m", "not slow", *arguments)


def verb_bench(*arguments: str) -> None:
    """how long things take: the reference model beside the same written by hand, a report beside an empty notebook"""
    set_up()
    here = [ROOT / "tests" / "bench" / name for name in ("bench_speed.py", "bench_waiting.py")]
    named = ("-o", "python_files=bench_*.py", "-o", "python_functions=bench_*")
    quiet = ("-q", "--no-header", "--benchmark-columns=min,median,rounds", "--benchmark-sort=fullname")
    python("-m", "pytest", *here, *named, *quiet, *arguments)


def verb_bench_peers(*arguments: str) -> None:
    """the same model in other packages, in an environment of their own (needs the network)"""
    set_up()
    peers = ROOT / "tests" / "bench" / ".venv-peers"
    inside = peers / BIN.name / "python"
    if not inside.exists():
        command(BIN / "python", "-m", "venv", peers)
        wanted = ROOT / "tests" / "bench" / "peers.txt"
        command(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted)
    command(inside, ROOT / "tests" / "bench" / "peers.py", *arguments)


def verb_fuzz(*arguments: str) -> None:
    """judge 50,000 mutants of the shipped files (or: fuzz --mutants N --seed S)"""
    set_up()
    os.environ["PYTHONPATH"] = str(ROOT / "tests")
    python("-m", "fuzz", *arguments)


def verb_lab(*arguments: str) -> None:
    """open JupyterLab on the notebooks"""
    set_up()
    os.environ["JUPYTER_CONFIG_PATH"] = str(ROOT / "jupyter")
    command(
        BIN / "jupyter", "lab", "--ServerApp.root_dir", ROOT, "--LabApp.default_url", "/lab/tree/notebooks", *arguments
    )


def verb_explore(*arguments: str) -> None:
    """open the explorer as a page without code, on this machine only"""
    set_up()
    become(BIN / "python", "-m", "damages.explorer.serve", *arguments)


def verb_judgments(*arguments: str) -> None:
    """recompute real judgments and compare them to the cent"""
    set_up()
    python("-m", "damages.cli", "judgments", *arguments)


def verb_format(*arguments: str) -> None:
    """put code and notebooks into their committed form"""
    set_up()
    python("-m", "ruff", "check", "--fix", ".")
    python("-m", "ruff", "format", ".")
    strip_notebooks()


def verb_schema(*arguments: str) -> None:
    """write the JSON Schemas that editors use for case files"""
    set_up()
    for options, name in (((), "case"), (("--scenario",), "scenario")):
        schema = subprocess.run(
            [BIN / "python", "-m", "damages.cli", "schema", *options],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        (ROOT / "params" / f"{name}.schema.json").write_text(schema, encoding="utf-8")


def verb_sample(*arguments: str) -> None:
    """remake reports/sample: the LinkedIn report.pdf and results.csv"""
    set_up()
    python("-m", "damages.cli", "report", "params/linkedin.yaml", "--to", "pdf", "--out", "reports/linkedin")
    sample = ROOT / "reports" / "sample"
    for name in ("report.pdf", "results.csv"):
        shutil.copy(ROOT / "reports" / "linkedin" / name, sample / name)


def verb_gallery(*arguments: str) -> None:
    """remake the README's gallery of charts"""
    set_up()
    python("-m", "damages.report.gallery")


def verb_docs(*arguments: str) -> None:
    """write the reference of the library, from its docstrings, into site/"""
    set_up()
    if SITE.exists():
        shutil.rmtree(SITE)
    python("-W", "error::UserWarning", ROOT / "tests" / "reference.py", SITE, *arguments)
    say("Open site/damages.html.")


def verb_lock(*arguments: str) -> None:
    """renew requirements.lock (needs uv)"""
    uv = shutil.which("uv") or stop("Renewing the lock needs uv: pip install uv.")
    upgrade = ("--upgrade",) if "--upgrade" in arguments else ()
    words = "--universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate --all-extras --group dev --quiet"
    command(str(uv), "pip", "compile", *words.split(), *upgrade, "pyproject.toml", "-o", LOCK)


def strip_notebooks(*options: str) -> None:
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    command(BIN / "nbstripout", "--keep-id", "--extra-keys", STRIP_KEYS, *options, *notebooks)


def verb_help(*arguments: str) -> None:
    """list the verbs"""
    say("python run.py VERB, or make VERB:")
    for name, function in VERBS.items():
        say(f"  {name:<12} {function.__doc__}")


VERBS = {
    name.removeprefix("verb_").replace("_", "-"): function
    for name, function in globals().items()
    if name.startswith("verb_")
}


def main() -> None:
    verb, *arguments = sys.argv[1:] or ["help"]
    if verb not in VERBS:
        stop(f"'{verb}' is not a verb. There are: {', '.join(VERBS)}.")
    VERBS[verb](*arguments)


if __name__ == "__main__":
    main()
