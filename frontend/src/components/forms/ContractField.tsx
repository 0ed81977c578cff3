/** One input, built from what the contract says of its field. */
import { NumberInput, Select, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { percent } from "../../format/figures.ts";
import type { FieldContract } from "../../types/api.ts";
import { readList } from "./bounds.ts";

interface Props {
  contract: FieldContract;
  /** What @mantine/form's getInputProps gives. */
  input: object;
  value: unknown;
  /** A list that was entered, as the contract wants it. */
  onList: (list: readonly unknown[] | null) => void;
  placeholder?: string;
}

export function ContractField({ contract, input, value, onList, placeholder }: Props) {
  const { label, description, options, min, max } = contract;
  const words = { label, description };
  switch (contract.type) {
    case "boolean":
      return <Switch {...words} {...input} />;
    case "array":
      return (
        <TagsInput
          {...words}
          {...input}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(texts) => onList(readList(contract, texts))}
          splitChars={[",", " ", ";"]}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(contract.maxItems === undefined ? {} : { maxTags: contract.maxItems })}
        />
      );
    case "string":
      return options === undefined ? (
        <TextInput {...words} {...input} />
      ) : (
        <Select {...words} {...input} data={[...options]} allowDeselect={false} />
      );
    case "integer":
    case "number":
      return (
        <NumberInput
          {...words}
          {...input}
          {...(min === undefined ? {} : { min })}
          {...(max === undefined ? {} : { max })}
          allowDecimal={contract.type === "number"}
          step={contract.type === "number" ? 0.01 : 1}
          clampBehavior="none"
          {...(contract.type === "number" && typeof value === "number"
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
