/** The parameters of a job in a line; those that differ from the defaults are bold. */
import { Group, Text } from "@mantine/core";
import type { Parameter } from "./parameters.ts";

export function ParameterLine({ parameters }: { parameters: readonly Parameter[] }) {
  return (
    <Group gap="md" className="figures">
      {parameters.map(({ name, label, value, description, changed }) => (
        <Text
          size="xs"
          key={name}
          title={description}
          {...(changed ? { fw: 700 } : { c: "dimmed" })}
        >
          {label.toLowerCase()} {value}
        </Text>
      ))}
    </Group>
  );
}
