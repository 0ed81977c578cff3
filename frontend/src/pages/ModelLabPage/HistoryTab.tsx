/** The history of rank IC and of disagreement. */
import { Anchor, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useDisagreementHistory, useIcHistory } from "../../api/queries/useSystemHealth.ts";
import { Answer } from "../../components/answers/Answer.tsx";
import { Empty } from "../../components/answers/Empty.tsx";
import { Panel } from "../../components/answers/Panel.tsx";
import { DisagreementFigure } from "../../components/models/DisagreementFigure.tsx";
import { IcFigure } from "../../components/models/IcFigure.tsx";
import { type Recorded, recordings } from "../../components/models/recordings.ts";
import type { DisagreementHistory, IcHistory } from "../../types/systemHealth.ts";

export function HistoryTab() {
  return (
    <Stack gap="lg">
      <Panel title="Information coefficient">
        <Text size="sm" c="dimmed" mb="md">
          The rank correlation between predicted and realised returns, over the latest sessions
          whose outcome is known.
        </Text>
        <Answer query={useIcHistory()} title="The history could not be read" height={280}>
          {(history) => <IcFigures history={history} />}
        </Answer>
      </Panel>
      <Panel title="Disagreement">
        <Text size="sm" c="dimmed" mb="md">
          The standard deviation across the members of an ensemble, beside its usual value. Trust a
          prediction less when they disagree more than usual.
        </Text>
        <Answer query={useDisagreementHistory()} title="The history could not be read" height={280}>
          {(history) => <DisagreementFigures history={history} />}
        </Answer>
      </Panel>
    </Stack>
  );
}

function IcFigures({ history }: { history: IcHistory }) {
  const { snapshots } = history;
  const groups = useMemo(
    () => recordings(snapshots, ({ horizon, recorded_at }) => ({ horizon, recorded_at })),
    [snapshots],
  );
  return <ByHorizon groups={groups} figure={(recorded) => <IcFigure recorded={recorded} />} />;
}

function DisagreementFigures({ history }: { history: DisagreementHistory }) {
  const { snapshots } = history;
  const groups = useMemo(
    () => recordings(snapshots, ({ horizon, recorded_at }) => ({ horizon, recorded_at })),
    [snapshots],
  );
  return (
    <ByHorizon groups={groups} figure={(recorded) => <DisagreementFigure recorded={recorded} />} />
  );
}

interface ByHorizonProps<Snapshot> {
  groups: readonly Recorded<Snapshot>[];
  figure: (recorded: Recorded<Snapshot>) => ReactNode;
}

/** One chart per horizon, because figures of different horizons cannot be compared. */
function ByHorizon<Snapshot>({ groups, figure }: ByHorizonProps<Snapshot>) {
  if (groups.length === 0) {
    return (
      <Empty what="No values yet">
        Every autopilot cycle that is not a dry run records one.{" "}
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/autopilot" {...props} />}
        >
          Run a cycle
        </Anchor>
      </Empty>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, md: groups.length === 1 ? 1 : 2 }} spacing="xl">
      {groups.map((recorded) => (
        <Stack gap="xs" key={recorded.horizon} miw={0}>
          <Title order={3} size="h6">
            {recorded.horizon} trading days ahead
          </Title>
          {figure(recorded)}
        </Stack>
      ))}
    </SimpleGrid>
  );
}
