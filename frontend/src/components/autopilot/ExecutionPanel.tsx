/** The cost of fills against what a backtest assumes, and the fills. */
import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { usePaperAccount } from "../../api/queries/useAutopilot.ts";
import { useExecutionQuality } from "../../api/queries/useSystemHealth.ts";
import { excessCost } from "../../format/derived.ts";
import { basisPoints, count, ratio } from "../../format/figures.ts";
import type { ExecutionQuality } from "../../types/systemHealth.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { Facts } from "../answers/Facts.tsx";
import { Panel } from "../answers/Panel.tsx";
import { FillsTable } from "./FillsTable.tsx";
import { fillRows } from "./orders.ts";

export function ExecutionPanel() {
  return (
    <Panel title="Execution">
      <Answer query={useExecutionQuality()} title="The execution costs could not be read">
        {(quality) => <Execution quality={quality} />}
      </Answer>
    </Panel>
  );
}

function Execution({ quality }: { quality: ExecutionQuality }) {
  // the panel of the account shows its error
  const { data: account } = usePaperAccount();
  const rows = useMemo(() => fillRows(account, quality.fills), [account, quality]);
  if (rows.length === 0) {
    return (
      <Empty what="No fills yet">
        An order is decided after one close and filled at the next. The cost of each fill appears
        here.
      </Empty>
    );
  }
  return (
    <Stack gap="md">
      <Quality quality={quality} />
      <FillsTable rows={rows} />
    </Stack>
  );
}

function Quality({ quality }: { quality: ExecutionQuality }) {
  const { n_fills, first_filled_on, last_filled_on } = quality;
  const { mean_shortfall_bps, standard_error_bps, assumed_cost_bps } = quality;
  return (
    <>
      <Facts
        facts={[
          {
            name: "Mean shortfall, bps",
            meaning: "Of the fill against the decision price; positive: a cost",
            value: `${basisPoints(mean_shortfall_bps)} ± ${basisPoints(standard_error_bps)}`,
          },
          {
            name: "Assumed, bps",
            meaning: "The cost that a backtest assumes",
            value: basisPoints(assumed_cost_bps),
          },
          { name: "Fills", value: count(n_fills) },
          { name: "From", value: first_filled_on ?? "–" },
          { name: "To", value: last_filled_on ?? "–" },
        ]}
      />
      <Text size="sm">{distance(quality)}</Text>
    </>
  );
}

/** The difference between actual and assumed cost, also in standard errors. */
function distance(quality: ExecutionQuality): string {
  const excess = excessCost(quality);
  if (excess === null) return "There are too few fills to estimate their cost.";
  const { size, isBelow, errors } = excess;
  const text = `The mean is ${basisPoints(size)} bps ${isBelow ? "below" : "above"} what a backtest assumes`;
  return errors === null ? `${text}.` : `${text}, which is ${ratio(errors)} standard errors (±).`;
}
