/** The worst drawdowns of a backtest; each can be shown in the chart. */
import { Table, Text, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { count, percent } from "../../format/figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";
import { type Drawdown, worstDrawdowns } from "./drawdowns.ts";
import { ChartIcon } from "./TradesTable.tsx";

const SHOWN = 5;

interface Props {
  report: BacktestReport;
  /** Show it in the chart; `origin` is the button that was clicked. */
  onShow: (drawdown: Drawdown, origin: HTMLElement) => void;
}

export function DrawdownsTable({ report, onShow }: Props) {
  const { dates, drawdown } = report;
  const worst = useMemo(() => worstDrawdowns(dates, drawdown, SHOWN), [dates, drawdown]);
  if (worst.length === 0) {
    return <Text c="dimmed">Equity was never below an earlier high.</Text>;
  }
  return (
    <ScrollRegion label="Table of the worst drawdowns" minWidth={420}>
      <Table className="figures" verticalSpacing={7} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Depth</Table.Th>
            <Table.Th>High</Table.Th>
            <Table.Th>Low</Table.Th>
            <Table.Th>Recovered</Table.Th>
            <Table.Th ta="right">Sessions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {worst.map((one) => (
            <Table.Tr key={one.peak}>
              <Table.Td className="one-line">
                <UnstyledButton
                  className="show-in-chart"
                  onClick={(event) => onShow(one, event.currentTarget)}
                  title="Show in the chart"
                  aria-label={`${percent(one.depth)} from ${one.peak}: show in the chart`}
                >
                  {percent(one.depth)}
                  <ChartIcon />
                </UnstyledButton>
              </Table.Td>
              <Table.Td className="one-line">{one.peak}</Table.Td>
              <Table.Td className="one-line">{one.trough}</Table.Td>
              <Table.Td className="one-line">{one.recovery ?? "not yet"}</Table.Td>
              <Table.Td ta="right">{count(one.sessions)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}
