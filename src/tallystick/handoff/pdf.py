"""The handoff as PDF (reportlab): the Markdown document on A4 paper."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.markdown import render_markdown

_MARGIN = 48
_WIDTH = A4[0] - 2 * _MARGIN
_FONTS = {"Vera": "Vera.ttf", "Vera-Bold": "VeraBd.ttf", "Vera-Italic": "VeraIt.ttf"}
# Signs that the font has no shape for.
_SIGNS = str.maketrans({"→": "->", "×": "x", "≤": "<=", "≥": ">=", "…": "...", "−": "-"})
_BODY = ParagraphStyle("body", fontName="Vera", fontSize=8.5, leading=11.5, spaceAfter=4)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=7, leading=8.8, spaceAfter=0,
                       splitLongWords=True)  # fmt: skip
_HEADS = {
    "h1": ParagraphStyle("h1", parent=_BODY, fontName="Vera-Bold", fontSize=15, leading=19,
                         spaceAfter=8),
    "h2": ParagraphStyle("h2", parent=_BODY, fontName="Vera-Bold", fontSize=11.5, leading=15,
                         spaceBefore=10, spaceAfter=5, keepWithNext=True),
    "h3": ParagraphStyle("h3", parent=_BODY, fontName="Vera-Bold", fontSize=9.2, leading=12,
                         spaceBefore=6, spaceAfter=3, keepWithNext=True),
}  # fmt: skip
_GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#d9d4c9")),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f1eee6")),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)
_MOST_IN_CELL = 1500
# In points: a padding, the longest word that widens a column, and the longest text that does.
_PADDING, _LONGEST, _WIDEST = 7.0, 92.0, 300.0
_CODE_IS_WIDER = 1.06


class _Sink:
    """What a document is written to."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        self.data += data


def render_pdf(dossier: Dossier) -> bytes:
    """The document; the same dossier gives the same bytes."""
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="Vera-Bold", italic="Vera-Italic")
    sink = _Sink()
    title = dossier.case.incident.title
    document = SimpleDocTemplate(
        sink, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=f"Contract review: {title}", author="Tallystick", invariant=1,
    )  # fmt: skip
    tokens = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .parse(render_markdown(dossier).decode())
    )
    document.build(list(_flow(tokens)), onFirstPage=_foot, onLaterPages=_foot)
    return sink.data


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont("Vera", 6.5)
    canvas.drawRightString(A4[0] - _MARGIN, _MARGIN / 2, f"{document.title} · {document.page}")


def _flow(tokens: Sequence[Token]) -> Iterator[Any]:
    """The document's blocks as things that flow over pages."""
    style, mark = _BODY, ""
    rows: list[list[Any]] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                style = _HEADS.get(token.tag, _HEADS["h3"])
            case "heading_close":
                style = _BODY
            case "list_item_open":
                mark = "• "
            case "table_open":
                rows = []
            case "table_close":
                yield from _table(rows or [])
                rows = None
            case "inline" if rows is None:
                yield Paragraph(f"{mark}{_inline(token)}", style)
                mark = ""
            case "tr_open" | "inline" if rows is not None:
                _into(rows, token)


def _into(rows: list[list[Any]], token: Token) -> None:
    if token.type == "tr_open":
        rows.append([])
    else:
        rows[-1].append(Paragraph(_short(_inline(token)), _CELL))


def _table(rows: list[list[Any]]) -> Iterator[Any]:
    if not rows:
        return
    yield Table(rows, colWidths=_widths(rows), style=_GRID, repeatRows=1)
    yield Spacer(0, 6)


def _widths(rows: list[list[Any]]) -> list[float]:
    """The columns' widths in points: each as wide as its longest word, within reason, and what is
    left over by what they hold.
    """
    columns = [[_plain(cell.text) for cell in column] for column in zip(*rows, strict=True)]
    floors = [_PADDING + min(_LONGEST, max(map(_longest, texts))) for texts in columns]
    spare = _WIDTH - sum(floors)
    if spare <= 0:
        return [_WIDTH * floor / sum(floors) for floor in floors]
    wants = [1 + min(_WIDEST, max(map(_points, texts))) for texts in columns]
    return [f + spare * want / sum(wants) for f, want in zip(floors, wants, strict=True)]


def _longest(text: str) -> float:
    return max((_points(word) for word in text.split()), default=0.0)


def _points(text: str) -> float:
    width: float = pdfmetrics.stringWidth(text, _CELL.fontName, _CELL.fontSize)
    return width * _CODE_IS_WIDER


def _plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


def _short(text: str) -> str:
    plain = _plain(text)
    return text if len(plain) <= _MOST_IN_CELL else f"{plain[:_MOST_IN_CELL]} ..."


def _inline(token: Token) -> str:
    """The inline parts of a block in reportlab's markup."""
    out = []
    for part in token.children or ():
        text = escape(part.content.translate(_SIGNS))
        match part.type:
            case "code_inline":
                out.append(f'<font face="Courier">{text}</font>')
            case "strong_open" | "strong_close":
                out.append("<b>" if part.type.endswith("open") else "</b>")
            case "em_open" | "em_close":
                out.append("<i>" if part.type.endswith("open") else "</i>")
            case "softbreak" | "hardbreak":
                out.append(" ")
            case _:
                out.append(text)
    return "".join(out)
