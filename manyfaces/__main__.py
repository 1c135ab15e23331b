"""The command as `python -m manyfaces`."""

import sys

from manyfaces.command import main

sys.exit(main())
