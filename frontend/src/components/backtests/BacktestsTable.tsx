/** A table of finished backtests: parameters and main metrics. */
import { Anchor, Checkbox, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { clock } from "../../format/figures.ts";
import { MOST_RUNS } from "../../pages/search.ts";
import type { BacktestItem } from "../../types/backtests.ts";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";
import { parametersOfType } from "../jobs/parameters.ts";
import { METRIC_ROWS, metricText } from "./metricRows.ts";

const SHOWN = ["cagr", "sharpe", "max_drawdown", "n_trades"] as const;

interface Props {
  items: readonly BacktestItem[];
  picked: readonly string[];
  onToggle: (jobId: string) => void;
}

export function BacktestsTable({ items, picked, onToggle }: Props) {
  return (
    <ScrollRegion label="Table of finished backtests" minWidth={580}>
      <Table className="figures" verticalSpacing="sm" horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>
              <VisuallyHidden>Compare</VisuallyHidden>
            </Table.Th>
            <Table.Th>Backtest</Table.Th>
            {SHOWN.map((name) => (
              <Table.Th key={name} ta="right">
                {METRIC_ROWS[name].label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <BacktestRow
              key={item.job_id}
              item={item}
              isPicked={picked.includes(item.job_id)}
              isFull={picked.length >= MOST_RUNS}
              onToggle={onToggle}
            />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}

function BacktestRow(props: {
  item: BacktestItem;
  isPicked: boolean;
  isFull: boolean;
  onToggle: (jobId: string) => void;
}) {
  const { item, isPicked, isFull, onToggle } = props;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="sm"
          checked={isPicked}
          disabled={!isPicked && (isFull || item.report_deleted_at !== null)}
          onChange={() => onToggle(item.job_id)}
          aria-label={`Compare ${item.job_id.slice(0, 8)}, finished ${clock(item.completed_at)}`}
        />
      </Table.Td>
      <Table.Td>
        <BacktestCell item={item} />
      </Table.Td>
      {SHOWN.map((name) => (
        <Table.Td key={name} ta="right" className="one-line">
          {metricText(name, item.metrics)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function BacktestCell({ item }: { item: BacktestItem }) {
  const changed = parametersOfType("backtest", item.params).filter(
    (parameter) => parameter.changed,
  );
  const changes = changed.map(({ label, value }) => `${label.toLowerCase()} ${value}`).join(" · ");
  return (
    <Stack gap={1}>
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link to="/backtests/$jobId" params={{ jobId: item.job_id }} {...props} />
        )}
      >
        {clock(item.completed_at)} · {item.job_id.slice(0, 8)}
      </Anchor>
      <Text size="sm" lineClamp={2} title={changes} className="unbroken">
        {changed.length === 0 ? "All defaults" : changes}
      </Text>
      <Text size="xs" c="dimmed" className="unbroken">
        {item.first_date} to {item.last_date} · model {item.model_version}
        {item.report_deleted_at !== null && ` · result deleted on ${clock(item.report_deleted_at)}`}
      </Text>
    </Stack>
  );
}
