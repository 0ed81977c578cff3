/** Where work is asked for and watched: the form beside the jobs. */
import { Grid, Stack } from "@mantine/core";
import { BacktestForm } from "../components/BacktestForm.tsx";
import { JobMonitor } from "../components/JobMonitor.tsx";
import { useStreamState } from "./stream.ts";

export function HomePage() {
  const stream = useStreamState();
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <BacktestForm />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <JobMonitor stream={stream} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
