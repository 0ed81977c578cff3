"""Words that the page waits for and the service spells in another way."""

from pathlib import Path

from wirelaw.words import misspelt
from wirelaw_tests.looking import seen, write

SERVICE = """
    async def work(emit, job):
        await emit({"status": "searching_documents", "phase": "cancelled"})
        job.status = "section-removed"
        await emit({"status": "READY"})
        await emit({"title": "loading_file"})
        await emit({"status": "indexed_pages"})

    OLD = ["indexed_page"]
"""
PAGE = """
    export function show(event, job) {
      if (event.status === "searching_document") return 1;
      if (job.status == "section_removed") return 2;
      if (event.status === "ready") return 3;
      if (event.status === "loading_files") return 4;
      if (event.status === "searching_document") return 5;
      if (event.status === "searchingDocuments") return 9;
      if (event.status === "indexed_page") return 10;
      switch (event.phase) {
        case "canceled": return 6;
        case "cancelled": return 7;
        case "started": return 8;
      }
    }
"""


def test_a_word_in_another_spelling_is_found_once(tmp_path: Path) -> None:
    repository = write(tmp_path, {"api/work.py": SERVICE, "web/show.ts": PAGE})
    assert seen(repository, misspelt.CHECK) == {
        "web/show.ts:2": (
            'compares status with "searching_document"',
            "api/work.py:2",
            'writes "searching_documents"',
        ),
        "web/show.ts:3": (
            'compares status with "section_removed"',
            "api/work.py:3",
            'writes "section-removed"',
        ),
    }
