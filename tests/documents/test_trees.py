"""Pages become trees: every character stands at its place, and nothing hidden is read."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.documents import FRONT_MATTER, Document, Node, read_html, read_markdown

_PIECES = st.sampled_from(
    ["# T\n", "text ", "`code` ", "**b** ", "\n\n", "- item\n", "  - deeper\n", "> q\n", "&amp;",
     "| a | b |\n|---|---|\n| 1 | 2 |\n", "<Note>\n", "</Note>\n", '<P a="b" c={1}/>', "```js\n",
     "```\n", "{/* c */}", "<!-- c -->", "é", "漢字 ", "\r\n", "[a](b) ", "\\_", "<br>", "term\n: d\n",
     "<p>", "</p>", "<table><tr><td>x", "</td></tr></table>", "<dl><dt>a<dd>b",
     '<div class="Param"><b class="Param-name">model</b><i class="Param-type">string</i>', "</div>",
     '!!! note "T"\n', "??? code\n", '=== "Tab"\n', "    indented ", "\n        deeper\n",
     "<header>Body</header>", "<!--", "<a ", "\ue0000\ue001"]
)  # fmt: skip
_PAGES = st.lists(_PIECES, max_size=40).map("".join)


def texts(document: Document) -> list[Node]:
    return [node for node in document.walk() if node.text.plain]


def kinds(document: Document) -> list[str]:
    return [node.kind for node in document.walk()]


def require_whole(source: str, document: Document) -> None:
    data = source.encode()
    for node in document.walk():
        assert 0 <= node.start <= node.end <= len(data)
    for node in texts(document):
        text = node.text
        assert len(text.plain) == len(text.starts) == len(text.ends)
        assert all(0 <= a <= b <= len(data) for a, b in zip(text.starts, text.ends, strict=True))
        assert all(0 <= a <= b <= len(text.plain) for a, b in text.codes)


@given(_PAGES)
@settings(deadline=None)
def test_every_character_of_any_markdown_stands_within_the_page(source: str) -> None:
    require_whole(source, read_markdown(source))


@given(_PAGES)
@settings(deadline=None)
def test_every_character_of_any_html_stands_within_the_page(source: str) -> None:
    require_whole(source, read_html(source))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_a_page(source: str) -> None:
    require_whole(source, read_markdown(source))
    require_whole(source, read_html(source))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Set `max_tokens` & **go**.", "Set max_tokens & go."),
        ("- a *b* c", "a b c"),
        ("<Note>\n    é `x` ü\n</Note>", "é x ü"),
        ("[the key](https://h/a_b) is *one*", "the key is one"),
        (r"range: \[0, 1\]", "range: [0, 1]"),
    ],
)
def test_letters_of_markdown_stand_at_their_bytes(source: str, words: str) -> None:
    (found,) = texts(read_markdown(source))
    assert found.text.plain == words
    data = source.encode()
    for char, begin, end in zip(words, found.text.starts, found.text.ends, strict=True):
        assert data[begin:end].decode() == char


def test_letters_of_html_stand_at_their_bytes() -> None:
    source = "<main><p>a &lt;b&gt; <b>é</b>\n  c</p></main>"
    (found,) = texts(read_html(source))
    assert found.text.plain == "a <b> é c"
    data = source.encode()
    begin = found.text.plain.index("<")
    assert data[found.text.starts[begin] : found.text.ends[begin]] == b"&lt;"
    assert data[found.text.starts[6] : found.text.ends[6]].decode() == "é"


def test_components_hold_what_stands_in_them() -> None:
    page = read_markdown(
        '---\ntitle: "A page"\nopenapi: "POST /v1/x"\n---\nimport X from "x";\n\n'
        '<Faq>\n  <Item question="429: slow">Wait.</Item>\n  <Item question="500">\n'
        "    - one\n      - two\n  </Item>\n</Faq>\n\nA <Tooltip tip='t'>word</Tooltip> here.\n"
    )
    assert page.title == "A page"
    matter, faq, last = page.nodes
    assert (matter.name, matter.attributes["openapi"]) == (FRONT_MATTER, "POST /v1/x")
    first, second = faq.children
    assert first.attributes == {"question": "429: slow"}
    assert first.children[0].text.plain == "Wait."
    assert [node.kind for node in second.walk()].count("list") == 2
    assert last.text.plain == "A word here."


@pytest.mark.parametrize(
    "source",
    [
        "<!-- 429 -->\n",
        "{/* 429\n\n429 */}\n",
        "export const a = 429;\n",
        'import A from "429"\n',
    ],
)
def test_what_no_reader_sees_of_markdown_is_not_read(source: str) -> None:
    assert not texts(read_markdown(source))


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>429</script>",
        "<style>429</style>",
        "<nav>429</nav>",
        "<footer>429</footer>",
        "<p hidden>429</p>",
        "<p aria-hidden='true'>429</p>",
        "<div style='display: none'><p>429</p></div>",
        "<template><p>429</p></template>",
        "<!-- 429 -->",
        "<dl><dt hidden>429</dt><dd hidden>429</dd></dl>",
        "<table><tr hidden><td>429</td></tr></table>",
        "<!-- 429",
    ],
)
def test_what_no_reader_sees_of_html_is_not_read(hidden: str) -> None:
    page = read_html(f"<body><main><p>seen</p>{hidden}</main></body>")
    assert [node.text.plain for node in texts(page)] == ["seen"]


def test_only_the_main_content_is_read() -> None:
    page = read_html(
        "<title>T</title><body><header>menu</header><main><header><h1>Own</h1></header>x</main>"
        "<div>beside</div></body>"
    )
    assert page.title == "Own"
    assert [node.text.plain for node in texts(page)] == ["Own", "x"]


def test_elements_end_where_the_next_begins() -> None:
    page = read_html("<ul><li>a<li>b<ul><li>c</ul></ul><p>d<p>e<dl><dt>t<dd>u<dt>v<dd>w</dl>")
    assert [node.text.plain for node in texts(page)] == list("abcdetuvw")
    assert kinds(page).count("item") == 3


def test_cells_reach_over_rows_and_columns() -> None:
    page = read_html(
        "<table><tr><th>a<th>b<th>c<tr><td rowspan=2>1<td colspan=2>2<tr><td>3<td>4</table>"
    )
    rows = [
        [cell.text.plain for cell in node.children] for node in page.walk() if node.kind == "row"
    ]
    assert rows == [["a", "b", "c"], ["1", "2", "2"], ["1", "3", "4"]]


def test_a_table_of_roles_is_a_table() -> None:
    page = read_html(
        "<div role=table><div role=row><div role=columnheader>a</div></div>"
        "<div role=row><div role=cell>1</div></div></div>"
    )
    cells = [(node.name, node.text.plain) for node in page.walk() if node.kind == "cell"]
    assert cells == [("heading", "a"), ("", "1")]


def test_code_keeps_its_lines_and_its_language() -> None:
    (code,) = read_html("<pre><code class='language-python'>a\n  b &amp; c</code></pre>").nodes
    assert (code.raw, code.name) == ("a\n  b & c", "python")
    (fenced,) = read_markdown("```js x\na\n  b\n```\n").nodes
    assert (fenced.raw, fenced.name, fenced.offset) == ("a\n  b\n", "js x", 8)


def test_a_term_and_its_definition() -> None:
    (found,) = read_markdown("429\n: Too fast. Wait.\n").nodes
    assert [node.kind for node in found.walk()] == ["list", "term", "description", "paragraph"]


def test_pages_that_show_nothing_say_so() -> None:
    assert "login page" in read_html("<form><input type=password></form>").remarks[0]
    shell = read_html("<div id=root></div><script src=a></script>")
    assert "builds its text with a script" in shell.remarks[0]
    assert not read_html("<p>" + "word " * 30).remarks


@pytest.mark.parametrize(
    ("reader", "page"),
    [
        (read_html, "<div>" * 30_000 + "x"),
        (read_html, "<a " * 30_000),
        (read_html, '<a b="' * 30_000),
        (read_html, "<!--" * 30_000),
        (read_html, "<![CDATA[" * 30_000),
        (read_markdown, "<Foo>\n" * 20_000),
        (read_markdown, "{/*" * 30_000),
        (read_markdown, "<!--" * 30_000),
        (read_markdown, "` `` ```" * 20_000),
        (read_markdown, ">" * 30_000),
        (read_markdown, "[" * 20_000),
    ],
    ids=range(11),
)
@pytest.mark.timeout(60)
def test_hostile_pages_end(reader: Callable[[str], Document], page: str) -> None:
    # Each of them took minutes, or ended in an error, before it was bounded.
    require_whole(page, reader(page))


def test_indented_blocks_of_mkdocs_are_components() -> None:
    page = (
        '# T\n\n=== "Sampling"\n\n    - `temperature`: a number\n\n    ```python\n    x = 1\n    ```\n\n'
        '!!! note "Mind"\n    Inside.\n\n    !!! tip\n        Deeper.\n\nOutside.\n'
    )
    document = read_markdown(page)
    named = [(n.name, n.attributes.get("title")) for n in document.walk() if n.kind == "component"]
    assert named == [("Tab", "Sampling"), ("Note", "Mind"), ("Note", None)]
    tab, note, last = document.nodes[1:]
    assert [node.kind for node in tab.children] == ["list", "code"]
    assert tab.children[1].text.plain == "x = 1\n"
    assert [node.kind for node in note.children] == ["paragraph", "component"]
    assert last.text.plain == "Outside."
