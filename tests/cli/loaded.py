"""Every module of the tool, loaded: the commands load theirs when they are run."""

from importlib import import_module
from pkgutil import walk_packages

import tallystick

# The hosts of other programs' add-ons and templates are loaded by those programs.
for _each in walk_packages(tallystick.__path__, "tallystick."):
    import_module(_each.name)
