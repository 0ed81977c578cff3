/** The health of the service, its data and its latest model. */
import { Grid, Stack } from "@mantine/core";
import { DataPanel } from "../components/health/DataPanel.tsx";
import { HealthPanel } from "../components/health/HealthPanel.tsx";
import { ModelPanel } from "../components/health/ModelPanel.tsx";

export function HealthPage() {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <HealthPanel />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg">
          <DataPanel />
          <ModelPanel />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
