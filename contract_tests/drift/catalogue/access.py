"""Access: a route without a token, an origin that is not checked, a page that sends no token."""

from contract_tests.drift.drifts import drift

ACCESS = "quant_engine/api/access.py"
CLIENT = "frontend/src/api/client.ts"

ACCESS_ROWS = (
    drift(
        "authentication-dropped-from-one-route",
        "The stream of all jobs needs no token, because an EventSource cannot send one; any client may read it.",
        (
            ACCESS,
            '{+    if path == "/api/events":\n        return False\n+}    return any(path == root',
        ),
        caught_by="exhaustive-checks: auth-required at GET /api/events Authorization, expected 401*no token, found 200",
    ),
    drift(
        "authentication-dropped-from-downloads",
        "The download of trades needs no token, because a link cannot send one.",
        (
            ACCESS,
            '{+    if path.endswith(".csv"):\n        return False\n+}    return any(path == root',
        ),
        caught_by="exhaustive-checks: auth-required at GET /api/backtests/{job_id}/trades.csv Authorization, expected 401*no token, found 200",
    ),
    drift(
        "any-scheme-is-accepted",
        "The service accepts the token under any scheme; the contract declares bearer only.",
        (ACCESS, 'if[- scheme.lower() == "bearer" and-] matches:'),
        caught_by="exhaustive-checks: auth-required at Authorization, expected 401*another scheme, found 20",
    ),
    drift(
        "refusal-without-its-header",
        "A 401 has no WWW-Authenticate; clients that read it do not ask the user for a token.",
        (
            "quant_engine/api/errors.py",
            '[-    ErrorCode.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},\n-]',
        ),
        caught_by="wire: missing-member at /responses/401/headers, expected WWW-Authenticate",
    ),
    drift(
        "origin-unchecked-for-one-route",
        "Any website may cancel jobs of its visitors, because a cancel has no body.",
        (
            ACCESS,
            '{+        if headers.get("content-length", "0") == "0":\n            return None\n',
            '+}        origins = [origin.lower() for origin in headers.getlist("origin")]\n',
        ),
        caught_by="observed: never-seen at /paths/~1api~1jobs~1{job_id}~1cancel/post/responses/403, expected 403",
    ),
    drift(
        "token-not-sent-by-page",
        "The page no longer sends its token, and asks the user for one again and again.",
        (CLIENT, '[-    if (token !== null) headers.set("Authorization", `Bearer ${token}`);\n-]'),
        caught_by="tests-page: assertion-error at client.test.ts > the token >, found Bearer s3cret",
    ),
)
