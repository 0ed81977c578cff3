"""The second round, around the service: the page, downloads, commands, job processes and the package."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

PAGE: Mapping[str, tuple[Drift, ...]] = {
    "two representations": (
        drift(
            "csv-with-a-mark",
            "trades.csv begins with a byte order mark, so that Excel reads it as UTF-8. A program that reads it as UTF-8 finds a first column \\ufeffticker, and none that is named ticker as in the report.",
            (
                "quant_engine/api/routers/backtests.py",
                "    return StreamingResponse(\n",
                "        [-trades_csv(await backtests.report(job_id, request.is_disconnected)),-]",
                "{+# Excel takes a file without a mark for one in the encoding of the machine\n",
                '        chain(["\\ufeff"], trades_csv(await backtests.report(job_id, request.is_disconnected))),+}\n',
                '        media_type="text/csv",',
            ),
            (
                "quant_engine/api/routers/backtests.py",
                "from collections.abc import Iterator\n{+from itertools import chain\n+}",
            ),
        ),
    ),
    "an unseen import": (
        drift(
            "demo-prices-as-a-resource",
            "The demo prices are found by importlib.resources, which imports skfolio and with it all of scikit-learn into the service: its first request hangs for seconds, streams stall, and it keeps some 100 MB more memory.",
            (
                "quant_engine/data/manifest.py",
                "import importlib.metadata\n",
                "import importlib.[-util-]{+resources+}\n",
                "import re\n",
                "{+from contextlib import suppress\n",
                "+}from datetime import date\n",
            ),
            (
                "quant_engine/data/manifest.py",
                "[-    # find_spec imports nothing: importing skfolio takes seconds and loads all of scikit-learn\n",
                '    spec = importlib.util.find_spec("skfolio")\n',
                "    for folder in (spec and spec.submodule_search_locations) or ():\n",
                "        path = Path(folder) / DEMO_FILE\n",
                "-]{+    with suppress(ModuleNotFoundError):\n",
                '        path = Path(str(importlib.resources.files("skfolio"))) / DEMO_FILE\n',
                "+}        if path.is_file():\n",
            ),
        ),
    ),
    "the meaning of a figure": (
        drift(
            "margin-is-interval",
            "The ± of the mean shortfall is now a 95% interval and no longer one standard error, under the same label and above a sentence that still calls ± a standard error: the cost looks half as certain as it is.",
            (
                "frontend/src/components/autopilot/ExecutionPanel.tsx",
                "  const { mean_shortfall_bps, standard_error_bps, assumed_cost_bps } = quality;\n",
                "{+  const margin_bps = standard_error_bps === null ? null : 1.96 * standard_error_bps;\n",
                "+}  return (\n",
                "    <>",
            ),
            (
                "frontend/src/components/autopilot/ExecutionPanel.tsx",
                "± ${basisPoints([-standard_error_bps-]{+margin_bps+})}`,",
            ),
        ),
    ),
    "state that sticks or runs ahead": (
        drift(
            "training-leaves-model-age",
            "When a training ends, the page no longer reads the model's age again: the form still says that there is no model yet (or shows the age of the old one) until the page is reloaded.",
            (
                "frontend/src/jobTypes.ts",
                "invalidates: [MODELS_KEY[-, SYSTEM_HEALTH_KEY-]],",
            ),
        ),
    ),
    "defaults of another form": (
        drift(
            "prediction-form-like-the-last",
            "The form for predictions opens with the parameters of the latest prediction if the page has read them already, else with the defaults: a reader who comes back predicts some names with an old version unnoticed.",
            (
                "frontend/src/components/signals/SignalControls.tsx",
                'import { useModels } from "../../api/queries/useModels.ts";\n',
                '{+import { useLatestSignals } from "../../api/queries/useSignals.ts";\n',
                "+}",
            ),
            (
                "frontend/src/components/signals/SignalControls.tsx",
                "export function SignalControls() {\n",
                "{+  const { data: latest } = useLatestSignals();\n",
                "+}  const state = useContractForm<PredictValues>([-PREDICT_REQUEST_FIELDS, PREDICT_REQUEST_DEFAULTS);-]{+\n",
                "    PREDICT_REQUEST_FIELDS,\n",
                "    latest?.params ?? PREDICT_REQUEST_DEFAULTS,\n",
                "  );+}\n",
            ),
        ),
    ),
}
