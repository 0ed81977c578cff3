/** The state of a request form: values, the contract's bounds, and the service's field errors. */
import { type UseFormReturnType, useForm } from "@mantine/form";
import { ApiError } from "../../api/client.ts";
import type { FieldContract } from "../../types/api.ts";
import type { Of } from "../../types/compute.ts";
import { fault } from "./bounds.ts";

/** The contract of each value's field, from the request that the values belong to. */
export type FieldContracts<Values> = {
  readonly [Field in keyof Values & string]: FieldContract & RequestOf<Values[Field]>;
};

type RequestOf<Value> = NonNullable<Value> extends Of<infer Name> ? Of<Name> : unknown;

export interface ContractForm<Values> {
  form: UseFormReturnType<Values>;
  fields: FieldContracts<Values>;
  /** Show the service's field errors at their fields. */
  markErrors: (error: Error) => void;
}

/** The form's field for the path of an error: `tickers` for `tickers.0`; null where it has none. */
function fieldOf(fields: object, path: string): string | null {
  const name = path.split(".")[0] ?? "";
  return Object.hasOwn(fields, name) ? name : null;
}

/** The paths of field errors that the form shows. */
export function markedPaths(fields: object, error: Error): ReadonlySet<string> {
  if (!(error instanceof ApiError)) return new Set();
  return new Set(
    error.fields.map(({ path }) => path).filter((path) => fieldOf(fields, path) !== null),
  );
}

/** @param initial the contract's defaults, or the parameters of an earlier job. */
export function useContractForm<Values extends Record<keyof Values, unknown>>(
  fields: FieldContracts<Values>,
  initial: Values,
): ContractForm<Values> {
  const form = useForm<Values>({
    initialValues: initial,
    transformValues: (values) => values,
    validateInputOnBlur: true,
    validate: (values) => faults(fields, values),
  });
  return {
    form,
    fields,
    markErrors(error) {
      if (!(error instanceof ApiError)) return;
      for (const { path, message } of error.fields) {
        const name = fieldOf(fields, path);
        if (name !== null) form.setFieldError(name, message);
      }
    },
  };
}

function faults<Values>(
  fields: FieldContracts<Values>,
  values: Values,
): Record<string, string | null> {
  const entries = new Map<string, unknown>(Object.entries(values as object));
  return Object.fromEntries(
    Object.entries<FieldContract>(fields).map(([name, contract]) => [
      name,
      fault(contract, entries.get(name)),
    ]),
  );
}
