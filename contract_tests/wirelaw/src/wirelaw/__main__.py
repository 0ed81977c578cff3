"""`python -m wirelaw`."""

import sys

from wirelaw.cli import main

sys.exit(main())
