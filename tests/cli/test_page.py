"""The report page in a real browser (Debian's Chromium): what it shows, says and lets one do."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cli.conftest import TOOL

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PANES = ("answer", "timeline", "exchange", "columns", "proof", "lab", "checklist", "document")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(demo_folder: Path) -> str:
    """Where the page of the demo lies. The browser's driver has this process's event loop, so that
    the review is another one's.
    """
    case = demo_folder / "case"
    subprocess.run([TOOL, "run", str(case)], capture_output=True, check=False)
    return (case / "handoff" / "handoff.html").resolve().as_uri()


@pytest.fixture(params=["light", "dark", "narrow"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened; whatever the browser complains of fails the test."""
    narrow, dark = request.param == "narrow", request.param == "dark"
    context = browser.new_context(
        viewport={"width": 400 if narrow else 1100, "height": 800},
        color_scheme="dark" if dark else "light",
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: complaints.append(asked.url)
              if not asked.url.startswith("file:") else None)  # fmt: skip
    opened.goto(address)
    yield opened
    assert not complaints
    context.close()


def test_every_pane_is_accessible_and_fits(page: Page) -> None:
    axe = Axe()
    for pane in PANES:
        page.click(f"#tab-{pane}")
        expect(page.locator(f"#{pane}")).to_be_visible()
        assert [one for one in PANES if page.is_visible(f"#{one}")] == [pane]
        found = axe.run(page)
        assert not found.response["violations"], found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0


def test_the_answer_comes_first_and_leads_to_what_shows_it(page: Page) -> None:
    expect(page.locator("#answer")).to_be_visible()
    assert "CONTRACT MISMATCH" in page.inner_text(".headline")
    assert "request.messages" in page.inner_text("#answer")
    page.click("text=the first exchange that shows it")
    expect(page.locator("#exchange")).to_be_visible()
    expect(page.locator("#exchange mark").first).to_contain_text("messages")


def test_keys_and_anchors_lead_to_every_part(page: Page, address: str) -> None:
    page.focus("#tab-answer")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#timeline")).to_be_visible()
    anchor = page.get_attribute("#columns tr.explains", "id")
    page.goto(f"{address}#{anchor}")
    page.reload()
    expect(page.locator(f"#{anchor}")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()


def test_an_address_of_a_pane_shows_its_heading_below_the_tabs(page: Page, address: str) -> None:
    for pane in PANES[1:]:  # the answer comes first, and its heading is for readers of screens
        page.goto("about:blank")  # or the browser would stay in the page, and keep its scrolling
        page.goto(f"{address}#{pane}")
        heading, tabs = (
            page.locator(f"#h-{pane}").bounding_box(),
            page.locator("#tabs").bounding_box(),
        )
        assert heading is not None and tabs is not None
        assert heading["y"] >= tabs["y"] + tabs["height"], pane


def test_print_shows_every_pane(page: Page) -> None:
    page.emulate_media(media="print")
    for pane in PANES:
        expect(page.locator(f"#h-{pane}")).to_be_visible()


def test_without_scripts_the_answer_and_the_document_are_there(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    assert "CONTRACT MISMATCH" in opened.inner_text(".headline")
    assert opened.is_visible("#document")
    context.close()
