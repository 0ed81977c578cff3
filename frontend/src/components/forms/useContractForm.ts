/** A form that holds one request: the contract's defaults and bounds, and the service's errors on their fields. */
import { type UseFormReturnType, useForm } from "@mantine/form";
import { ApiError } from "../../api/client.ts";
import type { FieldContract } from "../../types/api.ts";
import { fault } from "./bounds.ts";

export type FieldContracts<Values> = Readonly<Record<keyof Values & string, FieldContract>>;

export interface ContractForm<Values> {
  form: UseFormReturnType<Values>;
  fields: FieldContracts<Values>;
  /** Put the service's words beside the fields that they are about. */
  markErrors: (error: Error) => void;
}

/** The field that an error's path is about: `tickers.0` is about `tickers`. */
function fieldOf(fields: object, path: string): string | null {
  const name = path.split(".")[0] ?? "";
  return Object.hasOwn(fields, name) ? name : null;
}

/** The paths of a service error that the form marks by itself. */
export function markedPaths(fields: object, error: Error): ReadonlySet<string> {
  if (!(error instanceof ApiError)) return new Set();
  return new Set(
    error.fields.map(({ path }) => path).filter((path) => fieldOf(fields, path) !== null),
  );
}

/** @param initial what the form begins with: the contract's defaults, or what an earlier job was asked for. */
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
  const given = new Map<string, unknown>(Object.entries(values as object));
  return Object.fromEntries(
    Object.entries<FieldContract>(fields).map(([name, contract]) => [
      name,
      fault(contract, given.get(name)),
    ]),
  );
}
