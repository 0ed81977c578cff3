/** What a backtest was asked for: what differs from the defaults stands out. */
import { Group, Text } from "@mantine/core";
import { BACKTEST_REQUEST_DEFAULTS, BACKTEST_REQUEST_FIELDS } from "../types/compute.ts";
import type { BacktestJob } from "../types/jobs.ts";

type Params = BacktestJob["params"];

export function ParameterLine({ params }: { params: Params }) {
  const names = Object.keys(BACKTEST_REQUEST_FIELDS) as (keyof typeof BACKTEST_REQUEST_FIELDS)[];
  return (
    <Group gap="md" className="figures">
      {names.map((name) => {
        const value = written(params[name]);
        const changed = value !== written(BACKTEST_REQUEST_DEFAULTS[name]);
        return (
          <Text size="xs" key={name} {...(changed ? { fw: 700 } : { c: "dimmed" })}>
            {BACKTEST_REQUEST_FIELDS[name].label.toLowerCase()} {value}
          </Text>
        );
      })}
    </Group>
  );
}

function written(value: Params[keyof Params]): string {
  if (value === null) return "core list";
  if (typeof value === "boolean") return value ? "on" : "off";
  return Array.isArray(value) ? value.join(" ") : String(value);
}
