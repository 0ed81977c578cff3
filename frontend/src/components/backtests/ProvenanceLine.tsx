/** What a result was made from. */
import { Code, Group, Text } from "@mantine/core";
import type { Provenance } from "../../types/backtests.ts";

export function ProvenanceLine({ provenance }: { provenance: Provenance }) {
  const { model_version, data_source, data_mode, data_fingerprint, code_version, seed } =
    provenance;
  const parts = [
    ["Model", model_version],
    ["Data", data_source === data_mode ? data_source : `${data_source}, ${data_mode}`],
    ["Fingerprint", data_fingerprint.slice(0, 16)],
    ["Code", code_version],
    ["Seed", String(seed)],
  ] as const;
  return (
    <Group gap="md">
      {parts.map(([name, value]) => (
        <Text size="xs" c="dimmed" key={name}>
          {name} <Code>{value}</Code>
        </Text>
      ))}
    </Group>
  );
}
