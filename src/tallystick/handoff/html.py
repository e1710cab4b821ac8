"""The handoff as one self-contained HTML page: the Markdown document, and the incident drawn."""

import jinja2
from markdown_it import MarkdownIt

from tallystick.handoff import charts
from tallystick.handoff.dossier import Dossier
from tallystick.handoff.escape import printable
from tallystick.handoff.heat import ORDER, WORDS, matrix
from tallystick.handoff.markdown import render_markdown


def render_html(dossier: Dossier) -> bytes:
    """The page as UTF-8 bytes; it loads nothing. The same dossier gives the same bytes."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tallystick.handoff"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=_shown,
    )
    # Raw HTML in the document stays text: what a person wrote into case.toml is in it.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    head, _, rest = render_markdown(dossier).decode().partition("\n## ")
    page = environment.get_template("handoff.html.j2").render(
        d=dossier,
        title=dossier.case.incident.title,
        verdict=dossier.review.verdict.name,
        head=reader.render(head),
        body=reader.render(f"## {rest}"),
        timeline=charts.timeline(dossier),
        chains=charts.retry_chains(dossier),
        matrix=matrix(dossier),
        words=[(outcome, WORDS[outcome]) for outcome in ORDER],
    )
    return page.encode()


def _shown(value: object) -> object:
    """A value of the page; what was rendered before is shown as it is."""
    return printable(value) if type(value) is str else value
