/** The result of a finished backtest: curve, metrics, drawdowns, months, trades and provenance. */
import { Grid, Paper, Stack, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { useBacktestReport } from "../../api/queries/useBacktests.ts";
import type { BacktestReport } from "../../types/backtests.ts";
import { Answer } from "../answers/Answer.tsx";
import { Panel } from "../answers/Panel.tsx";
import type { ChartPlace } from "../charts/EquityChart.tsx";
import { placeOfDrawdown, placeOfTrade } from "./chartPlaces.ts";
import { DrawdownsTable } from "./DrawdownsTable.tsx";
import { EquityPanel } from "./EquityPanel.tsx";
import { HeadlineFigures } from "./HeadlineFigures.tsx";
import { MetricsTable } from "./MetricsTable.tsx";
import { MonthlyTable } from "./MonthlyTable.tsx";
import { ProvenancePanel } from "./ProvenancePanel.tsx";
import { TradesPanel } from "./TradesPanel.tsx";

export function BacktestResult({ jobId }: { jobId: string }) {
  return (
    <Answer query={useBacktestReport(jobId)} title="The result could not be read" height={520}>
      {(report) => <Report report={report} />}
    </Answer>
  );
}

function Report({ report }: { report: BacktestReport }) {
  const [place, setPlace] = useState<ChartPlace | null>(null);
  const chart = useRef<HTMLDivElement>(null);
  const origin = useRef<HTMLElement>(null);
  function show(target: ChartPlace, from: HTMLElement): void {
    origin.current = from;
    setPlace(target);
    chart.current?.scrollIntoView({ block: "start" });
    chart.current?.focus({ preventScroll: true });
  }
  function reset(): void {
    setPlace(null);
    // the button disappears
    chart.current?.focus({ preventScroll: true });
  }
  return (
    <Stack gap="lg">
      {report.provenance.survivorship_biased && <BiasNotice names={report.tickers.length} />}
      <HeadlineFigures report={report} />
      <div ref={chart} tabIndex={-1} className="pointed-at">
        <EquityPanel
          report={report}
          place={place}
          onReset={reset}
          onBack={() => origin.current?.focus()}
        />
      </div>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="Metrics">
            <MetricsTable report={report} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="Worst drawdowns">
            <DrawdownsTable
              report={report}
              onShow={(drawdown, from) => show(placeOfDrawdown(drawdown, report.last_date), from)}
            />
          </Panel>
        </Grid.Col>
      </Grid>
      <Panel title="Months">
        <MonthlyTable returns={report.monthly_returns} />
      </Panel>
      <TradesPanel
        report={report}
        onShow={(trade, from) => show(placeOfTrade(trade, report.last_date), from)}
      />
      <ProvenancePanel report={report} />
    </Stack>
  );
}

function BiasNotice({ names }: { names: number }) {
  return (
    <Paper className="surface notice" p="md" role="note">
      <Text size="sm">
        <strong>Survivorship-biased.</strong> These {names} names are still listed today. Names that
        were delisted are missing, so any strategy looks better than it would have been.
      </Text>
    </Paper>
  );
}
