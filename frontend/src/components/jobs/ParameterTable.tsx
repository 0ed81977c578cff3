/** All parameters of a job, with their meanings. */
import { Table, Text } from "@mantine/core";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";
import type { Parameter } from "./parameters.ts";

export function ParameterTable({ parameters }: { parameters: readonly Parameter[] }) {
  return (
    <ScrollRegion label="Parameters of the job" minWidth={320}>
      <Table verticalSpacing={5} className="figures">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={140}>Parameter</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th visibleFrom="sm">Meaning</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parameters.map((parameter) => (
            <ParameterRow key={parameter.name} parameter={parameter} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}

function ParameterRow({ parameter }: { parameter: Parameter }) {
  const { label, value, description, changed } = parameter;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" c={changed ? "inherit" : "dimmed"}>
          {label}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" fw={changed ? 700 : 400} className="unbroken" component="span">
          {value}
        </Text>
        <Text size="xs" c="dimmed" component="span">
          {changed ? " not the default" : " default"}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
