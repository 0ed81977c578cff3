/** The form for predictions, and the latest ranking. */
import { Grid, Stack, Title } from "@mantine/core";
import { Panel } from "../components/answers/Panel.tsx";
import { RecentJobs } from "../components/models/RecentJobs.tsx";
import { LatestSignals } from "../components/signals/LatestSignals.tsx";
import { SignalControls } from "../components/signals/SignalControls.tsx";

export function SignalsPage() {
  return (
    <Stack gap="lg">
      <Title order={1} size="h3">
        Signals
      </Title>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="lg">
            <Panel title="New prediction">
              <SignalControls />
            </Panel>
            <Panel title="Predictions">
              <RecentJobs
                jobType="predict"
                shown={4}
                empty="Submit one above. Its progress is shown here."
              />
            </Panel>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Panel title="Latest predictions">
            <LatestSignals />
          </Panel>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
