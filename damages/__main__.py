"""``python -m damages`` is ``damages``."""

from damages.cli import main

if __name__ == "__main__":
    main()
