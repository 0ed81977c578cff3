/** A comparison of finished backtests; the URL contains all of its state, so that it can be shared. */
import { Stack, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { backtestReport } from "../api/queries/useBacktests.ts";
import { Panel } from "../components/answers/Panel.tsx";
import { BacktestPicker } from "../components/backtests/BacktestPicker.tsx";
import { ComparedCurves } from "../components/compare/ComparedCurves.tsx";
import { ComparisonTable } from "../components/compare/ComparisonTable.tsx";
import { CopyLinkButton } from "../components/compare/CopyLinkButton.tsx";
import { runColour, runNames } from "../components/compare/comparison.ts";
import { type CompareSearch, comparedRuns, MOST_RUNS } from "./search.ts";

const route = getRouteApi("/compare");

export function ComparePage() {
  const search = route.useSearch();
  const ids = comparedRuns(search);
  if (ids.length < 2) return <TooFew ids={ids} />;
  return <Comparison ids={ids} search={search} />;
}

function TooFew({ ids }: { ids: readonly string[] }) {
  return (
    <Panel title="Compare backtests" order={1}>
      <Text size="sm" mb="md">
        A comparison needs two to {MOST_RUNS} finished backtests. It draws their curves from the
        same start, and shows their metrics and parameters side by side.
      </Text>
      <BacktestPicker key={ids.join()} initial={ids} />
    </Panel>
  );
}

function Comparison({ ids, search }: { ids: readonly string[]; search: CompareSearch }) {
  const navigate = route.useNavigate();
  const reports = useQueries({ queries: ids.map(backtestReport) });
  const names = runNames(ids);
  const runs = ids.flatMap((jobId, place) => {
    const query = reports[place];
    const name = names[place] ?? jobId;
    return query === undefined ? [] : [{ jobId, name, colour: runColour(place), query }];
  });
  function remove(jobId: string): void {
    const left = ids.filter((id) => id !== jobId).join(",");
    void navigate({ search: { ...search, runs: left } });
    // the button disappears
    document.getElementById("content")?.focus({ preventScroll: true });
  }
  function showAll(all: boolean): void {
    const { all: _, ...rest } = search;
    void navigate({ search: all ? { ...rest, all } : rest, replace: true });
  }
  return (
    <Stack gap="lg">
      <Panel title="Compare backtests" order={1} aside={<CopyLinkButton />}>
        <ComparedCurves runs={runs} />
      </Panel>
      <ComparisonTable
        runs={runs}
        all={search.all === true}
        onShowAll={showAll}
        onRemove={remove}
      />
      <Panel title="Pick other runs">
        <BacktestPicker key={ids.join()} initial={ids} />
      </Panel>
    </Stack>
  );
}
