"""Who may come in: a token that one route forgets, an origin that is not looked at, a page that does not say who it is."""

from contract_tests.drift.drifts import drift

ACCESS = "quant_engine/api/access.py"
CLIENT = "frontend/src/api/client.ts"

DOORS = (
    drift(
        "authentication-dropped-from-one-route",
        "service",
        "The stream of all jobs needs no token, because an EventSource cannot send one; everybody may listen.",
        (
            ACCESS,
            "    return any(path == root",
            '    if path == "/api/events":\n        return False\n    return any(path == root',
        ),
        gate="rote",
        reason=r"GET /api/events: Authorization: no token is answered 200",
    ),
    drift(
        "authentication-dropped-from-downloads",
        "service",
        "Trades can be downloaded without a token, because a link cannot carry one.",
        (
            ACCESS,
            "    return any(path == root",
            '    if path.endswith(".csv"):\n        return False\n    return any(path == root',
        ),
        gate="rote",
        reason=r"GET /api/backtests/\{job_id\}/trades\.csv: Authorization: no token is answered 200",
    ),
    drift(
        "any-scheme-is-taken",
        "service",
        "The token is taken under any scheme; what the contract says of bearer is no longer all of it.",
        (ACCESS, 'if scheme.lower() == "bearer" and matches:', "if right:"),
        gate="rote",
        reason=r"Authorization: another scheme is answered 2",
    ),
    drift(
        "refusal-without-its-header",
        "service",
        "A 401 no longer says how to come in; clients that read WWW-Authenticate do not ask for a token.",
        (
            "quant_engine/api/errors.py",
            '    ErrorCode.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},\n',
            "",
        ),
        gate="wire",
        reason=r"WWW-Authenticate.*/responses/401/headers",
    ),
    drift(
        "origin-not-looked-at-for-one-route",
        "service",
        "Any site may cancel jobs of who visits it, because a cancel has no body to protect.",
        (
            ACCESS,
            '        origin = headers.get("origin")\n',
            (
                '        if headers.get("content-length", "0") == "0":\n            return None\n'
                '        origin = headers.get("origin")\n'
            ),
        ),
        gate="observed",
        reason=r"POST /api/jobs/\{job_id\}/cancel answers 403 was never seen on the wire",
    ),
    drift(
        "token-not-sent-by-page",
        "page",
        "The page no longer sends its token; it asks for one again and again.",
        (
            CLIENT,
            '    if (token !== null) headers.set("Authorization", `Bearer ${token}`);\n',
            "",
        ),
        gate="tests-page",
        reason=r"is sent from then on",
        where=("tests/client.test.ts",),
    ),
)
