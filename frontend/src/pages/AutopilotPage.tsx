/** Research cycles, the decisions of the latest one, and the paper account. */
import { Grid, Stack } from "@mantine/core";
import { Panel } from "../components/answers/Panel.tsx";
import { AccountPanel } from "../components/autopilot/AccountPanel.tsx";
import { DryRun } from "../components/autopilot/DryRun.tsx";
import { ExecutionPanel } from "../components/autopilot/ExecutionPanel.tsx";
import { LatestCycle } from "../components/autopilot/LatestCycle.tsx";
import { RecentCycles } from "../components/autopilot/RecentCycles.tsx";
import { CycleForm } from "../components/forms/CycleForm.tsx";

export function AutopilotPage() {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="lg">
          <Panel title="Autopilot" order={1}>
            <CycleForm />
          </Panel>
          <Panel title="Cycles">
            <RecentCycles />
          </Panel>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack gap="lg">
          <DryRun />
          <LatestCycle />
        </Stack>
      </Grid.Col>
      <Grid.Col span={12}>
        <AccountPanel />
      </Grid.Col>
      <Grid.Col span={12}>
        <ExecutionPanel />
      </Grid.Col>
    </Grid>
  );
}
