"""The report in a real browser: no error, no outside request, legible on a phone and a desk."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(Path(__file__).parent.parent))

from drill_history import make_record

from tricenter.drills.report import report_html

pytestmark = pytest.mark.browser

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip
TEXTS = """
const small = [];
for (const node of document.querySelectorAll('body *')) {
  const own = [...node.childNodes].some(c => c.nodeType === 3 && c.textContent.trim());
  if (!own || !node.getClientRects().length) continue;
  const size = parseFloat(getComputedStyle(node).fontSize);
  if (size < 12) small.push(node.tagName + ' ' + size + ' ' + node.textContent.trim().slice(0, 30));
}
return small;
"""
OUTSIDE = """
const wide = document.documentElement.clientWidth, outside = [];
for (const node of document.querySelectorAll('main *, header *')) {
  const box = node.getBoundingClientRect();
  if (box.width && (box.left < -1 || box.right > wide + 1)) {
    outside.push([node.tagName, node.getAttribute('class'), box.left, box.right].join(' '));
  }
}
return outside;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Chromium without a window, with a profile of its own and a log of all requests."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.fail("chromium or chromedriver is missing: see `tricenter doctor`")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    profile = tmp_path_factory.mktemp("profile")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a drill, in a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(make_record()), encoding="utf-8")
    return path


def open_page(browser: webdriver.Chrome, page: Path, width: str, scheme: str = "light") -> None:
    """Open the report as wide as a device, which may prefer dark."""
    wide, high = WIDTHS[width]
    metrics = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": width == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(page.as_uri())


def requests(browser: webdriver.Chrome) -> list[str]:
    """Every address that the page asked for."""
    entries: list[dict[str, Any]] = [
        json.loads(entry["message"])["message"] for entry in browser.get_log("performance")
    ]
    return [
        entry["params"]["request"]["url"]
        for entry in entries
        if entry["method"] == "Network.requestWillBeSent"
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_report_asks_nothing_and_says_no_error(
    browser: webdriver.Chrome, page: Path, width: str
) -> None:
    """The console stays empty, and the file itself is the only request."""
    open_page(browser, page, width)
    assert browser.get_log("browser") == []
    asked = [url for url in requests(browser) if not url.startswith("data:")]
    assert asked == [page.as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_report_fits_its_screen(browser: webdriver.Chrome, page: Path, width: str) -> None:
    """Nothing sticks out to the side and no text is smaller than twelve pixels."""
    open_page(browser, page, width)
    wide = WIDTHS[width][0]
    assert browser.execute_script("return document.documentElement.scrollWidth") <= wide
    assert browser.execute_script(OUTSIDE) == []
    assert browser.execute_script(TEXTS) == []


def test_the_answer_is_seen_without_scrolling(browser: webdriver.Chrome, page: Path) -> None:
    """On a phone the question, the answer and the sentence are on the first screen."""
    open_page(browser, page, "phone")
    bottom = browser.execute_script(
        "return document.querySelector('.sentence').getBoundingClientRect().bottom"
    )
    assert bottom <= WIDTHS["phone"][1]


def test_the_report_is_dark_where_that_is_preferred(browser: webdriver.Chrome, page: Path) -> None:
    """Paper and ink change places, and stay apart enough to be read."""
    script = "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
    seen: dict[str, list[float]] = {}
    for scheme in ("light", "dark"):
        open_page(browser, page, "desktop", scheme)
        seen[scheme] = [luminance(colour) for colour in browser.execute_script(script)]
    for paper, ink in seen.values():
        assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 7
    assert seen["light"][0] > seen["dark"][0]


def luminance(colour: str) -> float:
    """The relative luminance of `rgb(r, g, b)`, from 0 to 1, as WCAG 2 computes it."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_printed_report_has_its_evidence(browser: webdriver.Chrome, page: Path) -> None:
    """On paper what is folded on the screen stands in full, and not twice."""
    open_page(browser, page, "desktop")
    count = "return [...document.querySelectorAll(arguments[0])].filter(n => n.offsetHeight).length"
    folded = browser.execute_script("return document.querySelectorAll('details').length")
    assert folded and not browser.execute_script(count, "pre.printed")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert browser.execute_script(count, "pre.printed") == folded
        visible = (
            "return [...document.querySelectorAll('details')].filter(n => n.offsetHeight).length"
        )
        assert not browser.execute_script(visible)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
