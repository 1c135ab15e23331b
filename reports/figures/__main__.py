"""``python -m reports.figures FOLDER`` draws what ``figures.json`` in the folder asks for."""

import sys

from reports.figures._kinds import main

sys.exit(main(sys.argv[1]))
