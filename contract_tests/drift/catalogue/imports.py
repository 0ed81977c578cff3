"""Imports of an upper layer: at the top, in a function, by a computed name; and of heavy libraries."""

from contract_tests.drift.drifts import drift

HISTORY = "quant_engine/tracking/history.py"
SCORING = "quant_engine/autopilot/scoring.py"
PAGE_HOOK = "frontend/src/hooks/useJobProgress.ts"

IMPORTS = (
    drift(
        "import-upward-at-the-top",
        "The autopilot imports the API's table of statuses; it needs a web framework now.",
        (
            SCORING,
            "{+from quant_engine.api.errors import STATUS\n",
            "+}from quant_engine.domain.autopilot import ScoreDecision\n",
        ),
        (SCORING, "{+    assert STATUS\n+}    if version is None or score is None:\n"),
        caught_by="layers: contract-broken at autopilot never imports api, found quant_engine.autopilot.scoring -> quant_engine.api.errors",
    ),
    drift(
        "import-cycle-at-the-top",
        "Ensemble and trainer import each other; another order of imports fails at start.",
        (
            "quant_engine/models/ensemble.py",
            "{+import quant_engine.models.trainer\n+}from quant_engine.models.leafwise import LeafwiseTrees\n",
        ),
        caught_by="layers: contract-broken at No cycles among siblings, at any depth, expected quant_engine.models, found .ensemble -> .trainer",
    ),
    drift(
        "import-upward-lazy",
        "A tracker imports the API inside a function.",
        (
            HISTORY,
            "{+    from quant_engine.api.errors import STATUS\n\n    assert STATUS\n",
            '+}    row = report.model_dump(mode="json")\n',
        ),
        caught_by="layers: contract-broken at Imports go downward only, found quant_engine.tracking.history -> quant_engine.api.errors",
    ),
    drift(
        "import-upward-dynamic",
        "The autopilot loads the API by name, which import-linter cannot see.",
        (
            SCORING,
            '{+    importlib.import_module("quant_engine.api.errors")\n+}    daily = rank_ic(signals.predicted',
        ),
        (SCORING, "{+import importlib\n+}from dataclasses import dataclass\n"),
        caught_by="imports: hidden-import at quant_engine/autopilot/scoring.py:, found import_module",
        where="contract_tests/test_imports.py::test_nothing_is_imported_by_name",
    ),
    drift(
        "import-upward-by-a-computed-name",
        "The autopilot loads the API by a name that it joins from parts.",
        (
            SCORING,
            '{+    getattr(importlib, "_".join(("import", "module")))("quant_engine.api.errors")\n',
            "+}    daily = rank_ic(signals.predicted",
        ),
        (SCORING, "{+import importlib\n+}from dataclasses import dataclass\n"),
        caught_by="imports: api-loaded at quant_engine/autopilot/scoring.py:, found quant_engine.api",
        where="contract_tests/test_imports.py::test_a_cycle_loads_nothing_of_the_api",
    ),
    drift(
        "heavy-library-in-the-api",
        "The API imports pandas to write a file of trades; the service takes seconds to start.",
        ("quant_engine/api/services/backtests.py", "import io\n{+\nimport pandas as pd\n+}"),
        (
            "quant_engine/api/services/backtests.py",
            "{+    assert pd.__version__\n+}    text = io.StringIO()\n",
        ),
        caught_by="layers: contract-broken at What the API process loads has no numpy, pandas or model library, found pandas",
    ),
    drift(
        "sql-in-a-router",
        "A router reads the database itself, not through the store.",
        (
            "quant_engine/api/routers/signals.py",
            "from fastapi import APIRouter\n{+from sqlalchemy import text\n+}",
        ),
        (
            "quant_engine/api/routers/signals.py",
            '{+    assert text("SELECT 1") is not None\n+}    return ApiResponse.success(await signals.latest())',
        ),
        caught_by="layers: contract-broken at Routers contain no SQL, found quant_engine.api.routers.signals -> sqlalchemy",
    ),
    drift(
        "module-without-a-layer",
        "A developer adds a module that belongs to no layer, and every layer imports it.",
        (
            "quant_engine/shared.py",
            '{+"""What several rooms need."""\n\n\ndef percent(fraction: float) -> str:\n',
            '    """Write a fraction for people."""\n    return f"{fraction:.1%}"\n+}',
        ),
        caught_by="layers: contract-broken at Imports go downward only, found quant_engine.shared",
    ),
    drift(
        "generated-types-imported-by-page",
        "A hook imports the generated file, not `types/`, where its names are kept stable.",
        (
            PAGE_HOOK,
            '{+import type { Schemas } from "../types/contract.gen.ts";\n+}import { useSSE } from "./useSSE.ts";',
        ),
        (
            PAGE_HOOK,
            'const keep = (name: keyof StreamEventsPayloads) => (job: [-JobRecord-]{+Schemas["JobRecord"]+}) => {',
        ),
        caught_by="lint-page: lint/style/noRestrictedImports at useJobProgress.ts:",
    ),
    drift(
        "fetch-of-its-own-on-page",
        "A query calls fetch itself, without token and envelope; it fails as soon as a token is set.",
        (
            "frontend/src/api/queries/useSignals.ts",
            "queryFn:[- ({ signal }) => get-]{+ async ({ signal }) => {\n",
            '      const answer = await fetch+}("/api/signals/latest", { signal }){+;\n',
            "      const envelope = (await answer.json()) as { data: SignalsReport | null };\n",
            "      return envelope.data;\n    }+},",
        ),
        ("frontend/src/api/queries/useSignals.ts", '[-import { get } from "../client.ts";\n-]'),
        caught_by="wire-rules: own-connection at useSignals.ts:, found fetch",
    ),
)
