"""Edges: near misses, headers of files, bounds, filters with a cursor, pruning, and the command line."""

from contract_tests.drift.drifts import drift

ACCESS = "quant_engine/api/access.py"
ROWS = "quant_engine/api/jobs/rows.py"
PAGE = "quant_engine/api/page.py"
OPTIONS = "quant_engine/cli/options.py"

EDGES = (
    drift(
        "origin-that-ends-with-the-own-host",
        "A site whose name ends with the service's host may submit and cancel jobs for its visitors.",
        (
            ACCESS,
            '[-own.issuperset(origins)-]{+all(o.endswith(headers.get("host", "")) for o in origins)+}',
        ),
        caught_by="near-misses: near-origin-accepted at POST /api/",
    ),
    drift(
        "host-with-a-trailing-dot",
        "A host name with a dot after it is taken for the name, so that it is another origin of the same service.",
        (ACCESS, 'match["name"].lower(){+.rstrip(".")+} in self._hosts'),
        caught_by="near-misses: near-host-accepted at host, expected a trailing dot",
    ),
    drift(
        "file-by-another-path",
        "The documents are sent without the token under a path with dots, which a client may send as it is.",
        (PAGE, "found.[-relative_to-]{+is_relative_to+}(root.resolve())[-.as_posix() == path-]"),
        caught_by="near-misses: near-path-accepted at docs/index.html",
    ),
    drift(
        "files-kept-for-ever",
        "A browser keeps every file of the page for a year, those without a hash in their name too.",
        (PAGE, 'if [-path.startswith("assets/")-]{+"." in path+} else "no-cache"'),
        caught_by="headers: header-changed at GET /favicon.svg 200 cache-control, found immutable",
    ),
    drift(
        "empty-allow",
        "A 405 has an empty Allow; a client that reads it finds no method that works.",
        ("quant_engine/api/errors.py", 'headers={"Allow": [-allow-]{+""+}}'),
        caught_by="headers: empty-header at 405 allow",
    ),
    drift(
        "filter-lost-with-the-cursor",
        "The second page of a filtered list has jobs of every status.",
        (ROWS, "        if job_type is not None{+ and before is None+}:"),
        caught_by="lists: pages-not-the-whole at GET /api/jobs ?*job_type=",
    ),
    drift(
        "pruning-keeps-one-less",
        "The log keeps one event less than it promises; a client that resumes there starts again.",
        (ROWS, "job_events.c.seq <= newest - keep{+ + 1+},"),
        caught_by="lists: event-lost at log of",
    ),
    drift(
        "pruned-through-one-less",
        "A client that resumes just before what was pruned misses an event and gets no reset.",
        (ROWS, "values(pruned_through=last{+ - 1+})"),
        caught_by="lists: resume-position at GET /api/events Last-Event-ID",
    ),
    drift(
        "record-measured-in-characters",
        "A result with letters beyond ASCII makes a record of twice the size that it may have.",
        ("quant_engine/api/jobs/worker.py", "if len(result[-.encode()-]) > limit:"),
        caught_by="bounds: record-too-large at GET /api/jobs/{job_id} 200 /data",
    ),
    drift(
        "body-one-byte-too-small",
        "A body of the largest size is refused when its length is sent with it.",
        (ACCESS, "int(length) <[-=-] MAX_BODY_BYTES"),
        caught_by="bounds: bound-not-kept at body of 1000000 bytes",
    ),
    drift(
        "command-posts-its-defaults",
        "A command without options posts false for every flag, whatever the service's default is.",
        (OPTIONS, "for k, v in values.items() if v is not None{+ or _plain(fields[k]) is bool+}}"),
        caught_by="command-line: posts-another-body at quant-engine train",
    ),
    drift(
        "command-shows-a-ratio",
        "A command shows the exposure as a ratio where the page shows percent.",
        ("quant_engine/cli/figures.py", '    "exposure": [-PERCENT-]{+RATIO+},\n'),
        caught_by="command-line: figure-differs at figure exposure",
    ),
)
