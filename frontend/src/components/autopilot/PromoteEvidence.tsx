/** The model and rules in force after a cycle, with their metrics. */
import { Stack, Text } from "@mantine/core";
import { percent } from "../../format/figures.ts";
import type { Metrics } from "../../types/backtests.ts";
import { type Fact, Facts } from "../answers/Facts.tsx";
import { METRIC_NAMES, METRIC_ROWS } from "../backtests/metricRows.ts";
import { ParameterLine } from "../jobs/ParameterLine.tsx";
import { parametersOfType } from "../jobs/parameters.ts";
import { VersionLink } from "../models/VersionLink.tsx";
import type { DecisionOf } from "./steps.ts";

function metricFacts(metrics: Metrics): Fact[] {
  return METRIC_NAMES.map((metric) => {
    const { label, meaning, format } = METRIC_ROWS[metric];
    return { name: label, meaning, value: format(metrics[metric]) };
  });
}

export function PromoteEvidence({ decision }: { decision: DecisionOf<"promote"> }) {
  const { model_version, strategy, held_out_return, metrics } = decision;
  return (
    <Stack gap="xs">
      <Facts
        facts={[
          { name: "Model in force", value: <VersionLink version={model_version} /> },
          {
            name: "Held-out return",
            meaning: "Over sessions that were not used to choose the rules",
            value: percent(held_out_return),
          },
        ]}
      />
      {strategy !== null && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            Rules in force
          </Text>
          <ParameterLine parameters={parametersOfType("backtest", strategy)} />
        </div>
      )}
      {metrics !== null && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            Over the sessions that they were evaluated on
          </Text>
          <Facts facts={metricFacts(metrics)} />
        </div>
      )}
    </Stack>
  );
}
