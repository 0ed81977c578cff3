/** The age of the latest model, and what to do where it is stale or absent. */
import { Badge, Group, Stack, Text } from "@mantine/core";
import { useModelAge } from "../../api/queries/useSystemHealth.ts";
import { days, moment } from "../../format/figures.ts";
import type { ModelAge } from "../../types/systemHealth.ts";
import { Answer } from "../answers/Answer.tsx";
import { VersionLink } from "./VersionLink.tsx";

const COLORS: Readonly<Record<ModelAge["status"], string>> = {
  fresh: "#237a36",
  stale: "orange.9",
  absent: "gray.7",
};

const ADVICE: Readonly<Record<ModelAge["status"], string>> = {
  fresh: "",
  stale: "Train again before you rely on what it predicts.",
  absent: "There is no model yet. Train one; backtests and predictions need it.",
};

const UNTIL: Readonly<Record<ModelAge["relative_to"], string>> = {
  now: "Age as of now.",
  last_bar: "Demo data: age from the model's last bar to the last bar of the data.",
};

export function ModelAgeNote() {
  return (
    <Answer query={useModelAge()} title="The model's age could not be read" height={72}>
      {(age) => <Age age={age} />}
    </Answer>
  );
}

function Age({ age }: { age: ModelAge }) {
  const { version, trained_at, age_days, status, relative_to } = age;
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Badge color={COLORS[status]}>{status}</Badge>
        {version !== null && <VersionLink version={version} />}
        {age_days !== null && (
          <Text size="sm" className="figures">
            {days(age_days)} old
          </Text>
        )}
        {trained_at !== null && (
          <Text size="sm" c="dimmed" className="figures">
            trained {moment(trained_at)}
          </Text>
        )}
      </Group>
      {ADVICE[status] !== "" && <Text size="sm">{ADVICE[status]}</Text>}
      {version !== null && (
        <Text size="xs" c="dimmed">
          {UNTIL[relative_to]}
        </Text>
      )}
    </Stack>
  );
}
