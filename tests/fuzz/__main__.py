"""`python -m fuzz` (from tests/): what `make fuzz` runs."""

from __future__ import annotations

import sys

from fuzz.run import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
