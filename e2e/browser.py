"""Finds the machine's Chromium; none is downloaded, and without one nothing is skipped."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
VARIABLE = "CHROMIUM"

#: nothing that reaches the internet, or asks for rights that a container does not have
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

MISSING = (
    "The end-to-end tests need Chromium, and none was found. Install one: `apt-get install chromium` "
    "on Debian, `brew install --cask chromium` on a Mac; or set "
    f"{VARIABLE} to the path of a Chromium or Chrome. Looked for {', '.join(NAMES)} on PATH."
)


class NoBrowser(Exception):
    """There is no Chromium to start."""


def find_browser() -> str:
    """Return the path of a Chromium.

    Raises:
        NoBrowser: none is installed, or `CHROMIUM` names none.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted:
        path = shutil.which(wanted)
        if path is None:
            raise NoBrowser(f"{VARIABLE} is {wanted}, and there is no such program. {MISSING}")
        return path
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    raise NoBrowser(MISSING)
