"""The first round, around the service: the page, downloads, commands, job processes and the package."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

PAGE: Mapping[str, tuple[Drift, ...]] = {
    "two representations": (
        drift(
            "csv-guards-formulas",
            "Cells of trades.csv that begin with a minus get an apostrophe in front, as a guard against formulas. Every loss is text and not the number of the report.",
            (
                "quant_engine/api/services/backtests.py",
                "        writer.writerows([-json.loads(trades))\n-]",
                "{+\n",
                "            {name: _cell(value) for name, value in trade.items()}\n",
                "            for trade in json.loads(trades)\n",
                "        )\n+}",
                "        yield text.getvalue()\n",
                "        text.seek(0)\n",
                "        text.truncate()\n",
                "{+\n",
                "\n",
                "def _cell(value: object) -> object:\n",
                "    # a spreadsheet would run a cell that begins like a formula\n",
                '    return f"\'{value}" if str(value).startswith(("=", "+", "-", "@")) else value\n+}',
            ),
        ),
        drift(
            "served-contract-names-server",
            "The served contract names the address of the request as its server, which the committed file does not. A client that is generated behind a TLS proxy calls http.",
            (
                "quant_engine/api/export.py",
                '{+    server = str(request.base_url).rstrip("/")\n+}',
                "    content = await asyncio.to_thread(_rendered, request.app{+, server+})\n",
                "    return Response(content, media_type=_ERROR_MEDIA)\n",
                "\n\n",
                "@lru_cache(maxsize=1)\n",
                "def _rendered(app: FastAPI{+, server: str+}) -> str:\n",
                "    [-return render(app)-]",
                '{+contract = {**document(app), "servers": [{"url": server}]}\n',
                '    return json.dumps(contract, indent=2, sort_keys=True, ensure_ascii=False) + "\\n"+}\n',
            ),
        ),
    ),
    "the command line": (
        drift(
            "options-drop-zero",
            "The commands no longer send an option whose value is 0 or empty. `--entry-threshold 0` runs with the default, and `--years 0` is no longer refused.",
            (
                "quant_engine/cli/options.py",
                "body = {k: _value(fields[k], v) for k, v in values.items() if v[- is not None-]}",
            ),
        ),
        drift(
            "json-of-failed-job-is-prose",
            "With --json, a command whose job failed prints a sentence and no JSON. A script that parses the line breaks when it needs the error code.",
            (
                "quant_engine/cli/commands.py",
                '    mode = client.get("/api/system/data-mode")["mode"]\n',
                "{+    if job.status is not JobStatus.SUCCEEDED:\n",
                '        reason = job.error.message if job.error is not None else ""\n',
                '        console.print(f"{job.job_type} {job.status}. {reason}".strip(), style="red", markup=False)\n',
                "        return\n+}",
                "    if as_json:\n",
            ),
            (
                "quant_engine/cli/commands.py",
                "        typer.echo(json.dumps(line))\n",
                "        return\n",
                "[-    if job.status is not JobStatus.SUCCEEDED:\n",
                '        reason = job.error.message if job.error is not None else ""\n',
                '        console.print(f"{job.job_type} {job.status}. {reason}".strip(), style="red", markup=False)\n',
                "        return\n-]",
                "    _print_result(job)\n",
            ),
        ),
    ),
    "packaging": (
        drift(
            "demo-prices-only-in-tests",
            "skfolio, which no module imports, is a dependency of the tests only. A user who installs the wheel has no demo prices.",
            (
                "pyproject.toml",
                '    "exchange-calendars>=4.11,<5",\n',
                '[-    "skfolio>=1.12,<1.13", # its wheel carries the demo prices\n-]]',
            ),
            (
                "pyproject.toml",
                '    "bt>=1.4.1,<1.5", # the oracle of the backtest loop\n',
                '{+    "skfolio>=1.12,<1.13", # its wheel carries the demo prices\n+}',
            ),
        ),
    ),
    "how often the page asks": (
        drift(
            "cycle-read-per-progress",
            "While a cycle runs, the page fetches it again at every progress event and not only at a new stage. Each open Autopilot page sends up to 20 requests a second.",
            (
                "frontend/src/hooks/useNewDecisions.ts",
                "useNewDecisions({ status, {+progress, +}progress_message }: JobRecord)",
            ),
            (
                "frontend/src/hooks/useNewDecisions.ts",
                'const stage = status === "running" ? [-progress_message-]',
                '{+`${progress_message ?? ""} ${progress}`+} : null;',
            ),
        ),
        drift(
            "focus-refetches-all",
            "When its tab gets the focus, the page fetches everything that it shows again, whole reports too. The stream has announced every change already.",
            (
                "frontend/src/main.tsx",
                'refetchOnWindowFocus: [-false-]{+"always"+},',
            ),
        ),
    ),
    "state that sticks or runs ahead": (
        drift(
            "cancel-runs-ahead",
            "A click on Cancel marks the job as cancelling before the service has agreed. Where the request fails, the row still says cancelling and its button stays disabled.",
            (
                "frontend/src/api/queries/useJobs.ts",
                'mutationFn: (jobId: string) => post("/api/jobs/{job_id}/cancel", { params: { job_id: jobId } }),\n',
                "{+    onMutate: (jobId) => {\n",
                "      client.setQueryData<JobRecord>(\n",
                "        jobKey(jobId),\n",
                "        (job) => job && { ...job, cancel_requested: true },\n",
                "      );\n",
                "    },\n+}",
                "    onSuccess: (job) => keepJob(client, job),",
            ),
        ),
        drift(
            "picker-keeps-removed-runs",
            "On the page Compare, a run that was removed from the comparison stays ticked in the picker. The button Compare brings it back.",
            (
                "frontend/src/pages/ComparePage.tsx",
                '<Panel title="Pick other runs">\n        <BacktestPicker [-key={ids.join()} -]initial={ids} />',
            ),
        ),
    ),
}
