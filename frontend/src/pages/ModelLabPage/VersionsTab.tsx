/** The trained versions, and the details of one of them. */
import { Anchor, Stack } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useModels } from "../../api/queries/useModels.ts";
import { Answer } from "../../components/answers/Answer.tsx";
import { Empty } from "../../components/answers/Empty.tsx";
import { OlderButton } from "../../components/answers/OlderButton.tsx";
import { Panel } from "../../components/answers/Panel.tsx";
import { VersionDetails } from "../../components/models/VersionDetails.tsx";
import { VersionsTable } from "../../components/models/VersionsTable.tsx";

const route = getRouteApi("/models");

export function VersionsTab() {
  const list = useModels();
  const { version } = route.useSearch();
  const chosen = version ?? list.data?.[0]?.version;
  return (
    <Stack gap="lg">
      <Panel title="Versions">
        <Answer query={list} title="The versions could not be read">
          {(versions) =>
            versions.length === 0 ? (
              <Empty what="No version yet">
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link to="/models" search={{ tab: "training" }} {...props} />
                  )}
                >
                  Train the first one
                </Anchor>
              </Empty>
            ) : (
              <VersionsTable versions={versions} chosen={chosen} />
            )
          }
        </Answer>
        <OlderButton list={list} />
      </Panel>
      {chosen !== undefined && <VersionDetails key={chosen} version={chosen} />}
    </Stack>
  );
}
