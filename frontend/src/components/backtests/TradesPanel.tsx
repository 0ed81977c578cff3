/** The trades of a backtest: their number, their table, and a CSV download. */
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { fetchTrades } from "../../api/queries/useBacktests.ts";
import { count, percent } from "../../format/figures.ts";
import type { BacktestReport, Trade } from "../../types/backtests.ts";
import { Empty } from "../answers/Empty.tsx";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { Panel } from "../answers/Panel.tsx";
import { save } from "../answers/save.ts";
import { TradesTable } from "./TradesTable.tsx";

interface Props {
  report: BacktestReport;
  onShow: (trade: Trade, origin: HTMLElement) => void;
}

export function TradesPanel({ report, onShow }: Props) {
  const { trades, params } = report;
  if (trades.length === 0) {
    return (
      <Panel title="Trades">
        <Empty what="No trades">
          An entry needs a predicted return above {percent(params.entry_threshold)}. Run it again
          with a lower entry threshold.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Trades" aside={<DownloadButton jobId={report.job_id} />}>
      <Text size="sm" c="dimmed" mb="xs">
        {counted(report)}
      </Text>
      <TradesTable trades={trades} onShow={onShow} />
    </Panel>
  );
}

function counted({ trades, metrics }: BacktestReport): string {
  const open = trades.filter(({ exit_reason }) => exit_reason === "open").length;
  const held = open === 0 ? "none is open" : `${count(open)} more are open`;
  const marked = open === 0 ? "" : ", marked to market";
  return `Opened and closed: ${count(metrics.n_trades)}; ${held} at the end${marked}.`;
}

function DownloadButton({ jobId }: { jobId: string }) {
  const download = useMutation({
    mutationFn: async () => save(await fetchTrades(jobId), `trades-${jobId}.csv`),
  });
  return (
    <>
      {download.error !== null && (
        <ErrorNotice error={download.error} title="The trades could not be read" />
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        Download CSV
      </Button>
    </>
  );
}
