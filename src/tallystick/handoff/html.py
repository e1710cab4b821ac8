"""The handoff as one interactive HTML page: it loads nothing, and its policy lets nothing else run.

What stands is rendered here; the timeline and the exchanges are drawn by the page's own script from
its data. Without scripts everything else is there.
"""

import base64
import hashlib
from functools import cache

import jinja2
import msgspec
from markdown_it import MarkdownIt
from markupsafe import Markup

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.escape import printable
from tallystick.handoff.markdown import render_markdown
from tallystick.handoff.page import Page, page_of

# What would end the element that data stands in (WHATWG HTML, 4.12.1.3), or break a line of script.
_ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def render_html(dossier: Dossier) -> bytes:
    """The page as UTF-8 bytes; the same dossier gives the same bytes."""
    templates = _environment()
    page = page_of(dossier)
    style, script = (_source(templates, name) for name in ("page.css", "page.js"))
    text = templates.get_template("page.html.j2").render(
        page=page,
        data=Markup(_data(page)),  # noqa: S704 - JSON without what ends an element
        document=Markup(_document(dossier)),  # noqa: S704 - made without raw HTML
        css=Markup(style),  # noqa: S704 - our own
        js=Markup(script),  # noqa: S704 - our own
        csp=policy(style, script),
    )
    return text.encode()


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("tallystick.handoff"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=_shown,
    )


def _source(environment: jinja2.Environment, name: str) -> str:
    """A part of the page as it stands among the templates."""
    loader = environment.loader
    return loader.get_source(environment, name)[0] if loader is not None else ""


def policy(style: str, script: str) -> str:
    """The page's policy (Content Security Policy level 3, section 2.3): this style and this script,
    and nothing else.
    """
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# What the script draws; the rest of the page is in its markup.
_DRAWN = ("cause", "is_explained", "calls", "exchanges", "columns", "window", "left_out")


def _data(page: Page) -> str:
    """What the script reads of the page's value."""
    drawn = {name: getattr(page, name) for name in _DRAWN}
    return msgspec.json.encode(drawn, order="sorted").decode().translate(_ESCAPED)


def _document(dossier: Dossier) -> str:
    # Raw HTML in the document stays text: what a person wrote into case.toml is in it.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = render_markdown(dossier).decode().replace("(handoff.html#", "(#")
    return str(reader.render(text))


def _shown(value: object) -> object:
    """A value of the page; what was rendered before is shown as it is."""
    return printable(value) if type(value) is str else value
