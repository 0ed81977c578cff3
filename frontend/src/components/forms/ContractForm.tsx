/** A form made from the contract: sections of fields, what the service refused, and the buttons that send it. */
import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { ContractField } from "./ContractField.tsx";
import { type ContractForm as Held, markedPaths } from "./useContractForm.ts";

export interface Section<Values> {
  title: string;
  fields: readonly (keyof Values & string)[];
}

interface Props<Values> {
  held: Held<Values>;
  /** Fields in none of them come last, so that what the contract gains appears by itself. */
  sections?: readonly Section<Values>[];
  /** The title of those. */
  rest?: string;
  /** What it means to name nobody, in a list that may be null. */
  nobody?: string;
  error: Error | null;
  onSubmit: (values: Values) => void;
  /** Words between the fields and the buttons. */
  children?: ReactNode;
  buttons: ReactNode;
}

export function ContractForm<Values extends Record<keyof Values, unknown>>(props: Props<Values>) {
  const { held, sections = [], rest, nobody, error, onSubmit, children, buttons } = props;
  const placed = new Set<string>(sections.flatMap(({ fields }) => fields));
  const names = Object.keys(held.fields) as (keyof Values & string)[];
  const others = { title: rest ?? "", fields: names.filter((name) => !placed.has(name)) };
  return (
    <form onSubmit={held.form.onSubmit(onSubmit)} noValidate>
      <Stack gap="lg">
        {[...sections, others].map((section) => (
          <FormSection key={section.title} section={section} held={held} nobody={nobody} />
        ))}
        {error !== null && (
          <ErrorNotice error={error} title="Not accepted" shown={markedPaths(held.fields, error)} />
        )}
        {children}
        <Group>{buttons}</Group>
      </Stack>
    </form>
  );
}

function FormSection<Values extends Record<keyof Values, unknown>>(props: {
  section: Section<Values>;
  held: Held<Values>;
  nobody: string | undefined;
}) {
  const { section, held, nobody } = props;
  if (section.fields.length === 0) return null;
  return (
    <Stack gap="sm">
      {section.title !== "" && (
        <Text size="xs" fw={600} tt="uppercase" c="dimmed" lts="0.05em">
          {section.title}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
        {section.fields.map((name) => (
          <FormField key={name} name={name} held={held} nobody={nobody} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function FormField<Values extends Record<keyof Values, unknown>>(props: {
  name: keyof Values & string;
  held: Held<Values>;
  nobody: string | undefined;
}) {
  const { name, held, nobody } = props;
  const { form, fields } = held;
  const contract = fields[name];
  const type = contract.type === "boolean" ? "checkbox" : "input";
  return (
    <ContractField
      contract={contract}
      value={form.values[name]}
      input={form.getInputProps(name, { type })}
      onList={(list) => form.setFieldValue(name, list as never)}
      {...(nobody !== undefined && form.values[name] === null ? { placeholder: nobody } : {})}
    />
  );
}

/** Who is meant where nobody is named. */
export function wholeUniverse(fullUniverse: boolean): string {
  return fullUniverse ? "Every known name" : "The core list";
}
