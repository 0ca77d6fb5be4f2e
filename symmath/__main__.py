"""``python -m symmath``."""

from symmath.cli import main

if __name__ == "__main__":
    main()
