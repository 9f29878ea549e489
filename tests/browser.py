"""Real Chromium for tests of pages: print one, or measure it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.needs import absent

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browse(page: Path, *arguments: str) -> str:
    """What Chromium writes to stdout; the test is skipped where there is none."""
    browser = next((found for each in BROWSERS if (found := shutil.which(each))), None)
    if browser is None:
        absent("Chromium")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={page.parent / 'profile'}"]
    command += [*arguments, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def printed(page: Path, pixels_per_inch: int = 150) -> list[Path]:
    """The page as it is printed: a picture for each sheet."""
    pdf = page.with_suffix(".pdf")
    browse(page, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    if shutil.which("pdftoppm") is None:
        absent("pdftoppm")
    subprocess.run(["pdftoppm", "-png", "-r", str(pixels_per_inch), pdf, pdf.with_suffix("")], check=True, timeout=60)
    return sorted(page.parent.glob(f"{page.stem}-*.png"))


_MEASURE = """<script>
  const spilt = [...document.querySelectorAll("BOXES")].flatMap(box => {
    const edge = box.getBoundingClientRect();
    return [...box.querySelectorAll("*")].filter(each => {
      const at = each.getBoundingClientRect();
      return at.right > edge.right + .5 || at.bottom > edge.bottom + .5 || at.left < edge.left - .5;
    }).map(each => each.textContent.trim().slice(0, 60) || each.tagName);
  });
  document.documentElement.setAttribute("data-spilt", JSON.stringify([...new Set(spilt)]));
</script>"""


def spilling(page: Path, boxes: str) -> list[str]:
    """The texts of things that reach over the edge of the box (a CSS selector) that they are in."""
    measured = page.with_stem(f"{page.stem}-measured")
    measured.write_text(page.read_text(encoding="utf-8") + _MEASURE.replace("BOXES", boxes), encoding="utf-8")
    found = re.search(r'data-spilt="\[([^"]*)\]"', browse(measured, "--dump-dom"))
    assert found is not None
    return [each for each in found[1].split("&quot;,&quot;") if each]
