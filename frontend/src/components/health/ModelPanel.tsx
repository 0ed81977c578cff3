/** The version and age of the latest model. */
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useModelAge } from "../../api/queries/useSystemHealth.ts";
import { days, moment } from "../../format/figures.ts";
import type { ModelAge } from "../../types/systemHealth.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { Facts } from "../answers/Facts.tsx";
import { Panel } from "../answers/Panel.tsx";
import { VersionLink } from "../models/VersionLink.tsx";
import { type Status, VerdictMark } from "./Verdict.tsx";

const AGES: Readonly<Record<ModelAge["status"], readonly [Status, string]>> = {
  fresh: ["ok", "Fresh"],
  stale: ["degraded", "Stale"],
  absent: ["degraded", "Absent"],
};

const UNTIL: Readonly<Record<ModelAge["relative_to"], string>> = {
  now: "Age as of now.",
  last_bar: "Age as of the last bar, because the demo data end there.",
};

export function ModelPanel() {
  return (
    <Panel
      title="Model"
      aside={
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/models" search={{ tab: "training" }} {...props} />}
        >
          Train one
        </Anchor>
      }
    >
      <Answer query={useModelAge()} title="The model's age could not be read">
        {(age) => (age.version === null ? <NoModel /> : <Age age={age} />)}
      </Answer>
    </Panel>
  );
}

function NoModel() {
  return <Empty what="There is no model yet">Train one: every backtest and signal needs it.</Empty>;
}

function Age({ age }: { age: ModelAge }) {
  const { version, trained_at, age_days, relative_to, status } = age;
  const [verdict, word] = AGES[status];
  return (
    <>
      <Facts
        facts={[
          { name: "Version", value: <VersionLink version={version} /> },
          {
            name: "Age",
            value: (
              <span className="marked">
                <VerdictMark status={verdict} size={14} /> {word}, {days(age_days)}
              </span>
            ),
          },
          { name: "Trained", value: trained_at === null ? "–" : moment(trained_at) },
        ]}
      />
      <Text size="xs" c="dimmed" mt="xs">
        {UNTIL[relative_to]}
      </Text>
    </>
  );
}
