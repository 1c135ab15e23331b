"""Verify files, from the project or from a copy of this folder anywhere."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

if __package__:
    from . import main
else:  # the folder was named, not the package: its own modules must not stand before the standard library
    here = Path(__file__).resolve().parent
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != here]
    spec = spec_from_file_location("verify", here / "__init__.py", submodule_search_locations=[str(here)])
    assert spec is not None and spec.loader is not None
    package = sys.modules["verify"] = module_from_spec(spec)
    spec.loader.exec_module(package)
    main = package.main

sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
sys.exit(main(sys.argv[1:]))
