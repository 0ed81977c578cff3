/** The overall status, and each check, the worst first. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useHealth } from "../../api/queries/useSystemHealth.ts";
import { toTheSecond } from "../../format/figures.ts";
import type { Check, Health } from "../../types/systemHealth.ts";
import { Answer } from "../answers/Answer.tsx";
import { Panel } from "../answers/Panel.tsx";
import { SEVERITY, type Status, VerdictMark, VerdictWord } from "./Verdict.tsx";

export function HealthPanel() {
  const query = useHealth();
  return (
    <Panel
      title="Health"
      order={1}
      aside={
        <Anchor href="/docs" size="sm">
          API documentation
        </Anchor>
      }
    >
      <Answer query={query} title="The health checks could not be read" height={480}>
        {(health) => (
          <Stack gap="md">
            <Overall health={health} at={query.dataUpdatedAt} />
            <ul className="plain-list">
              {health.checks.toSorted(byUrgency).map((check) => (
                <CheckRow key={check.name} check={check} />
              ))}
            </ul>
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}

/** The sort is stable: checks with the same status stay in the service's order. */
function byUrgency(one: Check, other: Check): number {
  return SEVERITY[one.status] - SEVERITY[other.status];
}

const VERDICTS: Readonly<Record<Status, string>> = {
  ok: "The service works.",
  degraded: "The service works, but something needs attention.",
  failing: "Something does not work.",
};

function Overall({ health, at }: { health: Health; at: number }) {
  const { status, checks } = health;
  return (
    <Group gap="md" wrap="nowrap" align="center">
      <VerdictMark status={status} size={44} />
      <div>
        <Text size="xl" role="status">
          <VerdictWord status={status} />
        </Text>
        <Text size="sm">
          {VERDICTS[status]} {tally(checks)}
        </Text>
        <Text size="xs" c="dimmed">
          Checked {toTheSecond(new Date(at).toISOString())}, and regularly from then on
        </Text>
      </div>
    </Group>
  );
}

function tally(checks: readonly Check[]): string {
  const of = (status: Status): number => checks.filter((check) => check.status === status).length;
  const bad = of("failing") + of("degraded");
  if (bad === 0) return `All ${checks.length} checks are OK.`;
  return `Of ${checks.length} checks ${of("failing")} failing, ${of("degraded")} degraded.`;
}

function CheckRow({ check }: { check: Check }) {
  const { name, status, threshold, reason, action } = check;
  return (
    <li className="check">
      <VerdictMark status={status} />
      <div>
        <Group gap="xs" align="baseline">
          <Text fw={600}>{titleOf(name)}</Text>
          <Text size="sm">
            <VerdictWord status={status} />
          </Text>
          <Text size="xs" c="dimmed">
            expected: {threshold}
          </Text>
        </Group>
        <Text size="sm" className="unbroken">
          {reason}
        </Text>
        {action !== null && (
          <Text size="sm" mt={4} className="unbroken">
            <strong>What to do:</strong> {action}
          </Text>
        )}
      </div>
    </li>
  );
}

/** `Data gaps` for `data_gaps`, `IC trend` for `ic_trend`. */
function titleOf(name: string): string {
  const words = name.replaceAll("_", " ").replace(/\bic\b/, "IC");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
