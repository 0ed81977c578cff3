/** Metrics and parameters of the runs in columns; the best value of a metric is marked. */
import { Switch, Table, Text } from "@mantine/core";
import type { Metrics } from "../../types/backtests.ts";
import { Panel } from "../answers/Panel.tsx";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";
import { METRIC_NAMES, METRIC_ROWS } from "../backtests/metricRows.ts";
import { bestRuns, type ComparedFact, comparedFacts } from "./comparison.ts";
import { RunHead } from "./RunHead.tsx";
import { type Run, readRuns } from "./run.ts";

interface Props {
  runs: readonly Run[];
  /** Whether to show parameters that do not differ. */
  all: boolean;
  onShowAll: (all: boolean) => void;
  onRemove: (jobId: string) => void;
}

export function ComparisonTable({ runs, all, onShowAll, onRemove }: Props) {
  const facts = comparedFacts(readRuns(runs).map(({ report }) => report));
  const shown = facts.filter(({ differs }) => all || differs);
  return (
    <Panel
      title="Metrics and parameters"
      aside={
        <Switch
          label="Show all parameters"
          checked={all}
          onChange={(event) => onShowAll(event.currentTarget.checked)}
        />
      }
    >
      <ScrollRegion label="Metrics and parameters of the runs" minWidth={170 + runs.length * 150}>
        <Table className="figures" verticalSpacing={7}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className="pinned">Run</Table.Th>
              {runs.map((run) => (
                <RunHead key={run.jobId} run={run} onRemove={onRemove} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <SectionRow name="Metrics" columns={runs.length} />
            {METRIC_NAMES.map((name) => (
              <MetricRow key={name} name={name} runs={runs} />
            ))}
          </Table.Tbody>
          <Table.Tbody>
            {shown.length > 0 && (
              <SectionRow name="Parameters and provenance" columns={runs.length} />
            )}
            {shown.map((fact) => (
              <FactRow key={fact.name} fact={fact} runs={runs} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
      <Text size="sm" c="dimmed" mt="sm" role="status">
        {hiddenText(facts.length, facts.length - shown.length)}
      </Text>
    </Panel>
  );
}

function hiddenText(facts: number, hidden: number): string {
  if (facts === 0) return "";
  if (hidden === 0) return "All parameters and the provenance are shown.";
  const same = hidden === facts ? "All parameters and the provenance are" : `${hidden} more are`;
  return `${same} the same in these runs, and not shown.`;
}

function SectionRow({ name, columns }: { name: string; columns: number }) {
  return (
    <Table.Tr>
      <Table.Th scope="rowgroup" colSpan={columns + 1} pt="md" fz="xs" c="dimmed">
        {name}
      </Table.Th>
    </Table.Tr>
  );
}

function MetricRow({ name, runs }: { name: keyof Metrics; runs: readonly Run[] }) {
  const { label, meaning, format } = METRIC_ROWS[name];
  const values = runs.map(({ query }) => query.data?.metrics[name] ?? null);
  const best = bestRuns(name, values, format);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw="normal" className="pinned" title={meaning}>
        {label}
      </Table.Th>
      {runs.map(({ jobId, query }, run) => (
        <Table.Td key={jobId} fw={best.has(run) ? 700 : 400} className="one-line">
          {query.isPending ? "…" : format(values[run] ?? null)}
          {best.has(run) && (
            <Text span size="xs" fw={600} c="var(--page-gain)" ml={6}>
              best
            </Text>
          )}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function FactRow({ fact, runs }: { fact: ComparedFact; runs: readonly Run[] }) {
  const { label, values, differs } = fact;
  const read = readRuns(runs).map(({ jobId }) => jobId);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={differs ? 600 : "normal"} className="pinned">
        {label}
      </Table.Th>
      {runs.map(({ jobId, query }) => {
        const value = values[read.indexOf(jobId)] ?? (query.isPending ? "…" : "–");
        return (
          <Table.Td key={jobId} {...(differs ? {} : { c: "dimmed" })}>
            <Text size="sm" inherit lineClamp={4} title={value} className="unbroken">
              {value}
            </Text>
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}
