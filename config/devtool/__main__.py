"""Entry point of `python3 -m devtool`, called by config/dev."""

import sys

from devtool.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
