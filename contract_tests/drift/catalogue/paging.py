"""Lists by pages: a cursor that repeats or loses rows, and a page that does not follow it."""

from contract_tests.drift.drifts import drift

ROWS = "quant_engine/api/jobs/rows.py"
MODELS = "quant_engine/api/services/models.py"
PAGES = "frontend/src/api/queries/pages.ts"

LISTS = (
    drift(
        "cursor-repeats-a-row",
        "The next page begins with the last job of the one before; the page shows it twice.",
        (ROWS, "query = query.where(jobs.c.position <{+=+} before)"),
        caught_by="exhaustive-checks: pages-agree at GET /api/jobs /data/next_cursor",
    ),
    drift(
        "cursor-loses-a-row",
        "The next page begins one job too late; no page has that job.",
        (ROWS, 'more = rows[limit[- - 1-]]["position"] if len(rows) > limit else None'),
        caught_by="exhaustive-checks: pages-agree at GET /api/jobs /data/next_cursor, found 0 of them repeated",
    ),
    drift(
        "cursor-of-models-loses-a-row",
        "Every page of models but the first lacks one version.",
        (MODELS, "rest[limit[- - 1-]].version if len(rest) > limit else None"),
        caught_by="exhaustive-checks: pages-agree at GET /api/models /data/next_cursor, found 0 of them repeated",
    ),
    drift(
        "cursor-never-sent",
        "A list never has a next page; users see fifty backtests.",
        ("quant_engine/api/routers/backtests.py", '[-to_cursor("backtests", more)-]{+None+}'),
        caught_by="exhaustive-checks: pages-agree at GET /api/backtests /data/next_cursor, found 0 of them repeated",
    ),
    drift(
        "status-of-the-first-page-only",
        "The second page of failed jobs has jobs of every status.",
        (
            "quant_engine/api/routers/jobs.py",
            "status=query.status{+ if query.cursor is None else None+},",
        ),
        caught_by="lists: pages-not-the-whole at GET /api/jobs ?*status=",
    ),
    drift(
        "cursor-not-followed-by-page",
        "The page requests the first page again instead of the next; 'older' adds the newest jobs once more.",
        (PAGES, "fetchPage({ query: { cursor: pageParam {+=== null ? pageParam : null +}"),
        caught_by="tests-page: assertion-error at useJobs.test.tsx > a list > comes in pages, newest first, each job once",
    ),
    drift(
        "cursor-not-read-by-page",
        "The page ignores the cursor, so that no list has a second page.",
        (PAGES, "getNextPageParam: ([-{ next_cursor }) => next_cursor-]{+) => null+},"),
        caught_by="tests-page: assertion-error at useJobs.test.tsx > a list > comes in pages, newest first, each job once",
    ),
)
