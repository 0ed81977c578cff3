"""Both sides in a folder: silent where they agree, and one finding with both places for each drift."""

import json
from pathlib import Path
from typing import Any

import pytest

from wirelaw.calls.checks import CHECKS
from wirelaw.finding import Finding
from wirelaw.repository import Repository
from wirelaw_tests.calls.conftest import lines, write
from wirelaw_tests.calls.right import BUTTON, RIGHT, SERVICE


def findings_of(root: Path, name: str, facts: list[dict[str, Any]]) -> list[Finding]:
    """Return what all checks find in one folder of a tree whose page is read."""
    repository = Repository.at(root / name)
    own = [
        one for one in facts if (one.get("folder") or one["place"]["path"]).startswith(f"{name}/")
    ]
    text = json.dumps(own).replace(f"{name}/", "")
    repository.__dict__["page"] = {"calls": json.loads(text)}
    return [finding for check in CHECKS for finding in check.run(repository)]


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert old in RIGHT[name]
    return {**RIGHT, name: RIGHT[name].replace(old, new)}


HANDLER = """
def refusal(text, status):
    return JSONResponse(content={"error": text}, status_code=status)

@app.exception_handler(HTTPException)
async def refuse(request, error):
    return refusal(error.detail, error.status_code)

async def invalid(request, error):
    return JSONResponse({"error": "invalid"}, 422)

app.add_exception_handler(RequestValidationError, invalid)
"""
OWN = """    if job_id == "":
        return JSONResponse({"message": "no such job"}, status_code=404)
    if"""
DRIFTS = {
    "no such path": (
        changed("web/src/paths.ts", "`/jobs/$", "`/job/$"),
        [
            (
                "web/src/jobs.ts:10 calls GET /api/job/{}; app/main.py:30 has no such route; the nearest is "
                "GET /api/jobs/{job_id} [route-missing]"
            ),
            (
                "web/src/jobs.ts:11 calls DELETE /api/job/{}; app/main.py:30 has no such route; the nearest is "
                "GET /api/jobs/{job_id} [route-missing]"
            ),
        ],
    ),
    "no such method": (
        changed("app/main.py", "@router.delete", "@router.put"),
        [
            (
                "web/src/jobs.ts:11 calls DELETE /api/jobs/{}; app/main.py:30 has GET and PUT of this path only "
                "[route-missing]"
            )
        ],
    ),
    "no body": (
        changed("web/src/Button.ts", '{ name: "a", years: 2 }', "undefined"),
        [
            (
                "web/src/Button.ts:6 calls POST /api/jobs without a body; app/main.py:36 requires the body "
                "JobRequest: the answer is 422 [body-missing]"
            )
        ],
    ),
    "a field that is dropped": (
        changed("web/src/Button.ts", "years: 2", "years: 2, top_n: 50"),
        [
            (
                'web/src/Button.ts:6 sends "top_n" with POST /api/jobs; app/main.py:9 JobRequest has no such '
                "field: it is dropped in silence [body-unknown-field]"
            )
        ],
    ),
    "a field that is refused": (
        changed(
            "app/main.py",
            "class JobRequest(BaseModel):",
            'class JobRequest(BaseModel, extra="forbid"):',
        )
        | {
            "web/src/jobs.ts": RIGHT["web/src/jobs.ts"].replace(
                "years?: number", "dry_run?: boolean"
            ),
            "web/src/Button.ts": BUTTON.replace(", years: 2", ""),
        },
        [
            (
                'web/src/jobs.ts:7 declares "dry_run" in JobRequest of POST /api/jobs; app/main.py:9 JobRequest '
                "has no such field: it is refused with 422 [body-unknown-field]"
            ),
        ],
    ),
    "a field that is missing": (
        changed("web/src/Button.ts", 'name: "a", ', ""),
        [
            (
                'web/src/Button.ts:6 calls POST /api/jobs without "name"; app/main.py:9 requires it in '
                "JobRequest: the answer is 422 [body-field-missing]"
            )
        ],
    ),
    "a query parameter": (
        changed("web/src/jobs.ts", "?limit=", "?max=5&limit="),
        [
            (
                'web/src/jobs.ts:9 sends ?max= with GET /api/jobs; app/main.py:26 takes "limit": the rest is '
                "dropped in silence [query-unknown]"
            )
        ],
    ),
    "a header": (
        changed("web/src/client.ts", '"X-Token": "t"', 'Accept: "json"'),
        [
            (
                "web/src/Button.ts:6 calls POST /api/jobs, and nothing of the page sends X-Token; app/main.py:21 "
                "requires it of POST /api/jobs: the call is refused [auth-not-sent]"
            )
        ],
    ),
    "an error": (
        changed("web/src/client.ts", "body.detail", "body.error || body.message"),
        [
            (
                'web/src/client.ts:8 reads "error" or "message" of an error; app/main.py:23 raises HTTPException, '
                'which arrives as {"detail": …}, and so do 422 and unknown routes [error-shape]'
            )
        ],
    ),
    "an error of another handler": (
        {**RIGHT, "app/main.py": SERVICE + HANDLER},
        [
            (
                'web/src/client.ts:8 reads "detail" of an error; app/main.py:47 answers errors with "error" '
                "[error-shape]"
            )
        ],
    ),
    "one type of many bodies": (
        changed("web/src/jobs.ts", "years?: number", "dry_run?: boolean")
        | {
            "app/main.py": SERVICE
            + """
@app.post("/api/again")
def again(request: JobRequest): ...
""",
            "web/src/Button.ts": BUTTON.replace(", years: 2", ""),
            "web/src/again.ts": """
import { post } from "./client";
import type { JobRequest } from "./jobs";
export const again = (body: JobRequest) => post<unknown>("/again", body);
""",
        },
        [
            (
                'web/src/jobs.ts:7 declares "dry_run" in JobRequest of POST /api/again; app/main.py:9 JobRequest '
                "has no such field: it is dropped in silence [body-unknown-field]"
            )
        ],
    ),
    "an answer": (
        changed("web/src/jobs.ts", "note?: string", "progress: number"),
        [
            (
                'web/src/jobs.ts:10 takes the answer of GET /api/jobs/{} at data for Job with "progress"; app/main.py:33 '
                'answers "job_id" and "status" only [answer-shape]'
            ),
            (
                'web/src/jobs.ts:13 takes the answer of POST /api/jobs at data for Job with "progress"; app/main.py:37 '
                'answers "job_id" and "status" only [answer-shape]'
            ),
            (
                'web/src/jobs.ts:9 takes the answer of GET /api/jobs at data[] for Job with "progress"; app/main.py:27 '
                'answers "job_id" and "status" only [answer-shape]'
            ),
        ],
    ),
}
DRIFTS["an answer of axios"] = (
    {
        **RIGHT,
        "web/src/runs.ts": """
import axios from "axios";
import type { JobRequest } from "./jobs";
export const run = (body: JobRequest) =>
  axios.post<JobRequest, { data: { job_id: string; owner: string } }>("/api/jobs", body);
""",
        "app/main.py": SERVICE.replace(
            'return Envelope.success({"job_id": "a", "status": "queued"})', 'return {"job_id": "a"}'
        ),
        "web/src/jobs.ts": RIGHT["web/src/jobs.ts"].replace("post<Job>", "post"),
    },
    [
        (
            'web/src/client.ts:10 takes the answer of POST /api/jobs for Envelope with "data" and "ok"; app/main.py:37 '
            'answers "job_id" only [answer-shape]'
        ),
        (
            'web/src/runs.ts:5 takes the answer of POST /api/jobs for an object with "owner"; app/main.py:37 '
            'answers "job_id" only [answer-shape]'
        ),
    ],
)

AGREEING = {
    "right": RIGHT,
    "a handler that replaces detail": {
        **changed("web/src/client.ts", "body.detail", "body.error"),
        "app/main.py": SERVICE + HANDLER,
    },
    "errors that a handler answers itself": {
        **changed("web/src/client.ts", "body.detail", "body.message"),
        "app/main.py": SERVICE.replace(
            '    if job_id == "":\n        raise', OWN + " not job_id:\n        raise"
        ),
    },
    "a header that a proxy sets": {
        **changed("web/src/client.ts", '"X-Token": "t"', 'Accept: "json"'),
        "app/main.py": SERVICE.replace("X-Token", "Remote-User"),
    },
    "a parameter that middleware reads": {
        **changed("web/src/jobs.ts", "?limit=", "?ticket=1&limit="),
        "app/main.py": SERVICE
        + """
def ticket_of(scope):
    return parse_qs(scope["query_string"]).get("ticket")
""",
    },
    "a table of SQLModel": {
        **changed("web/src/Button.ts", 'name: "a", ', ""),
        "app/main.py": SERVICE.replace("JobRequest(BaseModel)", "JobRequest(SQLModel, table=True)"),
    },
    "optional fields of the first pydantic": {
        **changed("web/src/Button.ts", 'name: "a", ', ""),
        "app/main.py": SERVICE.replace("    name: str", "    name: Optional[str]").replace(
            "    years: int = 5",
            '    years: int = 5\n    @validator("years")\n    def check(cls, years): ...',
        ),
    },
    "a default that is a dependency": {
        **RIGHT,
        "app/main.py": SERVICE.replace(
            "request: JobRequest)", "request: JobRequest, user: Envelope = allowed())"
        )
        + """
def allowed():
    return Depends(require_token)
""",
    },
    "a query of the address of the page": changed(
        "web/src/jobs.ts",
        "get<Job[]>(`${JOBS.list}?limit=${limit}`)",
        "get<Job[]>(`${JOBS.list}${window.location.search}`)",
    ),
    "text where the route has a number": {
        **changed(
            "web/src/jobs.ts", "get<Job>(JOBS.one(id))", "get<Job>(`${JOBS.list}/newest?of=${id}`)"
        ),
        "app/main.py": SERVICE.replace("get_job(job_id: str)", "get_job(job_id: int)")
        + '\n@app.get("/api/jobs/{rest:path}")\ndef other(rest: str, of: str): ...\n',
    },
    "a route that may be another one": {
        **changed(
            "web/src/jobs.ts",
            "get<Job[]>(`${JOBS.list}?limit=",
            "get<Job[]>(`${JOBS.list}/latest?of=",
        ),
        "app/main.py": SERVICE.replace('@router.get("/{job_id}")', '@router.get("/{job_id:path}")'),
    },
}
# another service answers these, and the routes that fit them fit everything
FOREIGN = """
export const start = (ingest: string) => fetch(ingest + "/v1/start", { method: "POST" });
export const sold = (shop: Shop) => fetch(`${shop.url}/v3/api/jobs/add`, { method: "POST" });
export const indexes = (cloud: Cloud) => fetch(`${cloud.url}/indexes`, { method: "POST" });
"""
ANYTHING = """
@app.get("/{folder}/{name}")
def read_file(folder: str, name: str): ...

@unknown.get("/")
def health(): ...
"""
AGREEING["calls of another service"] = {
    **RIGHT,
    "app/main.py": SERVICE + ANYTHING,
    "web/src/foreign.ts": FOREIGN,
}
AGREEING["a field that the path has as well"] = {
    **RIGHT,
    "app/main.py": SERVICE
    + """
class Note(BaseModel):
    text: str

@router.post("/{job_id}/notes")
def add_note(job_id: str, note: Note): ...
""",
    "web/src/notes.ts": """
import { post } from "./client";
export const addNote = (job_id: string) => post(`/jobs/${job_id}/notes`, { job_id, text: "a" });
""",
}
Page = tuple[Path, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Write every case into a folder of one tree, so that Node starts once."""
    root = tmp_path_factory.mktemp("cases")
    cases = {**AGREEING, **{name: files for name, (files, _) in DRIFTS.items()}}
    repository = write(
        root,
        {
            f"{folder(name)}/{path}": text
            for name, case in cases.items()
            for path, text in case.items()
        },
    )
    facts = repository.page["calls"]
    assert repository.unseen == []
    return root, facts


def folder(name: str) -> str:
    return name.replace(" ", "-")


@pytest.mark.parametrize("name", AGREEING)
def test_both_sides_agree(name: str, page: Page) -> None:
    assert lines(findings_of(page[0], folder(name), page[1])) == []


@pytest.mark.parametrize("name", DRIFTS)
def test_a_drift_is_found_with_both_places(name: str, page: Page) -> None:
    _, expected = DRIFTS[name]
    assert lines(findings_of(page[0], folder(name), page[1])) == expected
