"""``python -m trialrun``."""

import sys

from trialrun.cli import main

sys.exit(main())
