/** The latest research cycle: when it ran, what it was asked for, and what it decided step by step. */
import { Group, Stack, Text } from "@mantine/core";
import { useLatestCycle } from "../../api/queries/useAutopilot.ts";
import { clock, duration } from "../../format/figures.ts";
import type { AutopilotCycle } from "../../types/autopilot.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { Panel } from "../answers/Panel.tsx";
import { ParameterLine } from "../jobs/ParameterLine.tsx";
import { parametersOfType } from "../jobs/parameters.ts";
import { CycleSteps } from "./CycleSteps.tsx";

export function LatestCycle() {
  return (
    <Panel title="Latest cycle">
      <Answer query={useLatestCycle()} title="The latest cycle could not be read" height={560}>
        {(cycle) =>
          cycle === null ? (
            <Empty what="No cycle was run yet">
              Run one: it looks for new data, scores the model, trains a new one where that is due,
              tries rules, and trades on paper what is more than chance. A dry run decides the same
              and changes nothing.
            </Empty>
          ) : (
            <Cycle cycle={cycle} />
          )
        }
      </Answer>
    </Panel>
  );
}

function Cycle({ cycle }: { cycle: AutopilotCycle }) {
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Group gap="xs">
          <Text size="sm">{when(cycle)}</Text>
          <Text size="xs" c="dimmed" className="unbroken">
            {cycle.cycle_id}
          </Text>
        </Group>
        <ParameterLine parameters={parametersOfType("autopilot", cycle.params)} />
      </Stack>
      <CycleSteps decisions={cycle.decisions} over={cycle.completed_at !== null} />
    </Stack>
  );
}

function when({ started_at, completed_at }: AutopilotCycle): string {
  if (completed_at === null) return `Begun ${clock(started_at)}; it runs, or was ended half-way.`;
  const seconds = (Date.parse(completed_at) - Date.parse(started_at)) / 1000;
  return `${clock(started_at)}, in ${duration(seconds)}`;
}
