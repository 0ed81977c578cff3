/** A form generated from the contract: sections of fields, the error of the service, and buttons. */
import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { ContractField } from "./ContractField.tsx";
import { type ContractForm as FormState, markedPaths } from "./useContractForm.ts";

export interface Section<Values> {
  title: string;
  fields: readonly (keyof Values & string)[];
}

interface Props<Values> {
  state: FormState<Values>;
  /** Fields in no section come last, so that a field that the contract gains is shown. */
  sections?: readonly Section<Values>[];
  /** Title of the fields in no section. */
  rest?: string;
  /** Placeholder of an empty list, where the contract allows null. */
  emptyLabel?: string;
  error: Error | null;
  onSubmit: (values: Values) => void;
  /** Shown between the fields and the buttons. */
  children?: ReactNode;
  buttons: ReactNode;
}

export function ContractForm<Values extends Record<keyof Values, unknown>>(props: Props<Values>) {
  const { state, sections = [], rest, emptyLabel, error, onSubmit, children, buttons } = props;
  const placed = new Set<string>(sections.flatMap(({ fields }) => fields));
  const names = Object.keys(state.fields) as (keyof Values & string)[];
  const others = { title: rest ?? "", fields: names.filter((name) => !placed.has(name)) };
  return (
    <form onSubmit={state.form.onSubmit(onSubmit)} noValidate>
      <Stack gap="lg">
        {[...sections, others].map((section) => (
          <FormSection
            key={section.title}
            section={section}
            state={state}
            emptyLabel={emptyLabel}
          />
        ))}
        {error !== null && (
          <ErrorNotice
            error={error}
            title="The request was not accepted"
            shown={markedPaths(state.fields, error)}
          />
        )}
        {children}
        <Group>{buttons}</Group>
      </Stack>
    </form>
  );
}

function FormSection<Values extends Record<keyof Values, unknown>>(props: {
  section: Section<Values>;
  state: FormState<Values>;
  emptyLabel: string | undefined;
}) {
  const { section, state, emptyLabel } = props;
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
          <FormField key={name} name={name} state={state} emptyLabel={emptyLabel} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function FormField<Values extends Record<keyof Values, unknown>>(props: {
  name: keyof Values & string;
  state: FormState<Values>;
  emptyLabel: string | undefined;
}) {
  const { name, state, emptyLabel } = props;
  const { form, fields } = state;
  const contract = fields[name];
  const type = contract.type === "boolean" ? "checkbox" : "input";
  return (
    <ContractField
      contract={contract}
      value={form.values[name]}
      input={form.getInputProps(name, { type })}
      onList={(list) => form.setFieldValue(name, list as never)}
      {...(emptyLabel !== undefined && form.values[name] === null
        ? { placeholder: emptyLabel }
        : {})}
    />
  );
}

/** The names that a request without tickers means. */
export function universeLabel(fullUniverse: boolean): string {
  return fullUniverse ? "Every known name" : "The core list";
}
