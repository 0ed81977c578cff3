/** The form for trainings, and the latest ones. */
import { Anchor, Grid, Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useModel } from "../../api/queries/useModels.ts";
import { Answer } from "../../components/answers/Answer.tsx";
import { Panel } from "../../components/answers/Panel.tsx";
import { TrainForm } from "../../components/forms/TrainForm.tsx";
import { ModelAgeNote } from "../../components/models/ModelAgeNote.tsx";
import { RecentJobs } from "../../components/models/RecentJobs.tsx";
import { VersionLink } from "../../components/models/VersionLink.tsx";
import { TRAIN_REQUEST_DEFAULTS } from "../../types/compute.ts";

const route = getRouteApi("/models");

export function TrainingTab() {
  const { version } = route.useSearch();
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Panel title="New training">
          {version === undefined ? (
            <TrainForm initial={TRAIN_REQUEST_DEFAULTS} />
          ) : (
            <FormLike key={version} version={version} />
          )}
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <Panel title="Latest model">
            <ModelAgeNote />
          </Panel>
          <Panel title="Trainings">
            <RecentJobs
              jobType="train"
              shown={6}
              empty="Choose horizons and names, then train. Progress is shown here."
            />
          </Panel>
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

/** A form with the parameters of a version. */
function FormLike({ version }: { version: string }) {
  return (
    <Answer query={useModel(version)} title="The version could not be read" height={480}>
      {({ params }) => (
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            The form has the parameters of <VersionLink version={version} />.{" "}
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/models" search={{ tab: "training" }} {...props} />}
            >
              Use the defaults
            </Anchor>
          </Text>
          <TrainForm initial={params} />
        </Stack>
      )}
    </Answer>
  );
}
