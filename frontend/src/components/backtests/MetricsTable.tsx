/** The metrics of a backtest and of its benchmark, with their meanings. */
import { Table, Text } from "@mantine/core";
import type { BacktestReport } from "../../types/backtests.ts";
import { METRIC_NAMES, METRIC_ROWS, metricText } from "./metricRows.ts";

export function MetricsTable({ report }: { report: BacktestReport }) {
  return (
    <Table className="figures" verticalSpacing={7}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Metric</Table.Th>
          <Table.Th ta="right">Strategy</Table.Th>
          <Table.Th ta="right">Equal weight</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {METRIC_NAMES.map((name) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw="normal">
              <Text size="sm">{METRIC_ROWS[name].label}</Text>
              <Text size="xs" c="dimmed">
                {METRIC_ROWS[name].meaning}
              </Text>
            </Table.Th>
            <Table.Td ta="right" fw={600}>
              {metricText(name, report.metrics)}
            </Table.Td>
            <Table.Td ta="right" c="dimmed">
              {metricText(name, report.benchmark_metrics)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
