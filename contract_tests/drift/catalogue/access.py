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
        gate="exhaustive-checks",
        code="auth-required",
        pointer="GET /api/events Authorization",
        expected="401*no token",
        found="200",
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
        gate="exhaustive-checks",
        code="auth-required",
        pointer="GET /api/backtests/{job_id}/trades.csv Authorization",
        expected="401*no token",
        found="200",
    ),
    drift(
        "any-scheme-is-taken",
        "service",
        "The token is taken under any scheme; what the contract says of bearer is no longer all of it.",
        (ACCESS, 'if scheme.lower() == "bearer" and matches:', "if matches:"),
        gate="exhaustive-checks",
        code="auth-required",
        pointer="Authorization",
        expected="401*another scheme",
        found="20",
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
        code="missing-member",
        pointer="/responses/401/headers",
        expected="WWW-Authenticate",
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
        code="never-seen",
        pointer="/paths/~1api~1jobs~1{job_id}~1cancel/post/responses/403",
        expected="403",
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
        code="assertion-error",
        pointer="client.test.ts > the token >",
        found="Bearer s3cret",
        where=("tests/client.test.ts",),
    ),
)
