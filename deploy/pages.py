"""Reads the marked blocks of the pages for users; nothing here copies their text.

A block of code has a comment in the line before it: `<!-- file: /path -->` for the content of a file, and
`<!-- run: PLACE -->` for commands, where the place says what runs them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ("install", "proxy", "systemd", "troubleshooting")
_FENCE = re.compile(r"^ *(?:```|~~~)", re.MULTILINE)
_BLOCK = re.compile(
    r"^<!-- (?P<kind>run|file): (?P<target>\S+) -->\n```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block of code."""

    page: str
    line: int  #: of its first line of text
    kind: str  #: `run` or `file`
    target: str  #: what runs it, or the path of the file
    text: str

    def __str__(self) -> str:
        return f"{self.page}.md:{self.line} {self.target}"


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page, in its order.

    Raises:
        ValueError: a block of code has no mark, so that nothing would run it.
    """
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    found = [
        Block(
            page,
            text.count("\n", 0, match.start("text")) + 1,
            *match.group("kind", "target", "text"),
        )
        for match in _BLOCK.finditer(text)
    ]
    if len(_FENCE.findall(text)) != 2 * len(found):
        raise ValueError(f"docs/{page}.md has a block of code without `<!-- run: … -->` before it")
    if re.search(r"^(?: {4}|\t)\S", _BLOCK.sub("", text), re.MULTILINE):
        raise ValueError(f"docs/{page}.md has an indented block, which cannot be marked; use ```")
    return found


def content(page: str, path: str, **fitted: str) -> str:
    """Return the content of a file that a page shows.

    `fitted` is for a machine on which the ports and the folder of the page are not free: what the page has is replaced
    by a name of this table, and by nothing else.

    Raises:
        ValueError: the page does not show the file once, or lacks a text that is to be replaced.
    """
    (block,) = (one for one in blocks(page) if (one.kind, one.target) == ("file", path))
    text = block.text
    for name, value in fitted.items():
        if REPLACED[name] not in text:
            raise ValueError(f"{block} has no {REPLACED[name]!r}")
        text = text.replace(REPLACED[name], value)
    return text


#: what the pages have for each part that another machine may have to change
REPLACED = {
    "service": "127.0.0.1:8000",
    "certificates": "/etc/ssl/quant.example",
    "nginx_port": "listen 443 ",
    "caddy_site": "quant.example {",
}
