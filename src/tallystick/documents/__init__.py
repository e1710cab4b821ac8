"""A stored page becomes one tree, whatever it is written in; readers of facts work on the tree."""

from tallystick.documents.html import read_html
from tallystick.documents.markdown import FRONT_MATTER, read_markdown
from tallystick.documents.tree import Document, Node, Text

__all__ = ["FRONT_MATTER", "Document", "Node", "Text", "read_html", "read_markdown"]
