"""Every module of the tool, loaded, and its templates compiled: a command does both when it runs,
and a process that is forked from here has it done.
"""

from importlib import import_module
from pkgutil import walk_packages

import tallystick
from tallystick.handoff import html, markdown

for _each in walk_packages(tallystick.__path__, "tallystick."):
    import_module(_each.name)
for _made, _kind in ((markdown.environment(), ".md.j2"), (html._environment(), ".html.j2")):
    for _name in _made.list_templates():
        if _name.endswith(_kind):
            _made.get_template(_name)
