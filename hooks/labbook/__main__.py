"""`python -m labbook`."""

from labbook.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
