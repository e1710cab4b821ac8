"""Panels of tabs (WAI-ARIA 1.2, `tablist`, `tab`, `tabpanel`): each is titled by its tab.

All but one panel are hidden until a reader opens them: hidden so, a panel is content.
"""

from collections.abc import Iterator, Mapping

from tallystick.documents.elements import Element, every, words_of

_DEEPEST = 2  # how far below the element that holds the tabs its panels may stand


def panel_titles(root: Element) -> Mapping[int, str]:
    """The words of the tab of every panel, by the panel's identity."""
    found: dict[int, str] = {}
    for holder in every(root):
        for inside in holder.children:
            if inside.attributes.get("role") == "tablist":
                tabs = [e for e in every(inside) if e.attributes.get("role") == "tab"]
                panels = list(_panels(holder, _DEEPEST))
                if len(tabs) == len(panels):
                    named = zip(panels, tabs, strict=True)
                    found |= {id(panel): words_of(tab) for panel, tab in named}
    return found


def _panels(element: Element, deepest: int) -> Iterator[Element]:
    for child in element.children:
        if child.attributes.get("role") == "tabpanel":
            yield child
        elif deepest > 1:
            yield from _panels(child, deepest - 1)
