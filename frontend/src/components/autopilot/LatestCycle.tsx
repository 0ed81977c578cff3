/** The latest research cycle: time, parameters, and the decision of each step. */
import { Group, Stack, Text } from "@mantine/core";
import { useLatestCycle } from "../../api/queries/useAutopilot.ts";
import { runSeconds } from "../../format/derived.ts";
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
            <Empty what="No cycles yet">
              Run one: it checks for new data, scores the model, retrains it if needed, tests rules,
              and paper-trades those that beat chance. A dry run makes the same decisions and
              changes nothing.
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

function when(cycle: AutopilotCycle): string {
  const started = clock(cycle.started_at);
  const seconds = runSeconds(cycle);
  return seconds === null
    ? `Started ${started}; it is still running, or was interrupted.`
    : `${started}, in ${duration(seconds)}`;
}
