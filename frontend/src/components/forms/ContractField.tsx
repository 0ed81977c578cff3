/** One input, generated from the contract of its field. */
import { NumberInput, Select, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { percent } from "../../format/figures.ts";
import type { FieldContract } from "../../types/api.ts";
import { readList } from "./bounds.ts";

interface Props {
  contract: FieldContract;
  /** The result of getInputProps of @mantine/form. */
  input: object;
  value: unknown;
  /** Called with the entered list, in the form of the contract. */
  onList: (list: readonly unknown[] | null) => void;
  placeholder?: string;
}

export function ContractField({ contract, input, value, onList, placeholder }: Props) {
  const { label, description, options, min, max } = contract;
  const texts = { label, description };
  switch (contract.type) {
    case "boolean":
      return <Switch {...texts} {...input} />;
    case "array":
      return (
        <TagsInput
          {...texts}
          {...input}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(entries) => onList(readList(contract, entries))}
          splitChars={[",", " ", ";"]}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(contract.maxItems === undefined ? {} : { maxTags: contract.maxItems })}
        />
      );
    case "string":
      return options === undefined ? (
        <TextInput {...texts} {...input} />
      ) : (
        <Select {...texts} {...input} data={[...options]} allowDeselect={false} />
      );
    case "integer":
    case "number":
      return (
        <NumberInput
          {...texts}
          {...input}
          {...(min === undefined ? {} : { min })}
          {...(max === undefined ? {} : { max })}
          allowDecimal={contract.type === "number"}
          step={contract.type === "number" ? 0.01 : 1}
          clampBehavior="none"
          {...(contract.unit === "fraction" && typeof value === "number"
            ? {
                rightSectionWidth: 72,
                rightSection: (
                  <Text size="sm" c="dimmed">
                    {percent(value)}
                  </Text>
                ),
              }
            : {})}
        />
      );
  }
}
