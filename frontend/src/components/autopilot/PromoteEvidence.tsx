/** The model and rules in force after a cycle, with their metrics. */
import { Stack, Text } from "@mantine/core";
import { percent } from "../../format/figures.ts";
import { Facts } from "../answers/Facts.tsx";
import { metricFacts } from "../backtests/metricRows.ts";
import { ParameterLine } from "../jobs/ParameterLine.tsx";
import { parametersOfType } from "../jobs/parameters.ts";
import { VersionLink } from "../models/VersionLink.tsx";
import type { DecisionOf } from "./steps.ts";

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
