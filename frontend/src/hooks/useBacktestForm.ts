/** The one BacktestRequest that the form holds, with the contract's defaults, bounds, and the service's errors. */
import { type UseFormReturnType, useForm } from "@mantine/form";
import { ApiError } from "../api/client.ts";
import { fault } from "../bounds.ts";
import {
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  type BacktestRequest,
} from "../types/compute.ts";

export type BacktestValues = Required<BacktestRequest>;
export type BacktestField = keyof BacktestValues;

export const FIELDS = Object.keys(BACKTEST_REQUEST_FIELDS).filter(isField);

function isField(name: string): name is BacktestField {
  return name in BACKTEST_REQUEST_FIELDS;
}

/** The field that an error's path is about: `tickers.0` is about `tickers`. */
function fieldOf(path: string): BacktestField | null {
  const name = path.split(".")[0] ?? "";
  return isField(name) ? name : null;
}

/** The paths of a service error that the form marks by itself. */
export function markedPaths(error: Error): ReadonlySet<string> {
  if (!(error instanceof ApiError)) return new Set();
  return new Set(error.fields.map(({ path }) => path).filter((path) => fieldOf(path) !== null));
}

export function useBacktestForm(): UseFormReturnType<BacktestValues> {
  return useForm<BacktestValues>({
    initialValues: { ...BACKTEST_REQUEST_DEFAULTS },
    transformValues: (values) => values,
    validateInputOnBlur: true,
    validate: (values) =>
      Object.fromEntries(
        FIELDS.map((name) => [name, fault(BACKTEST_REQUEST_FIELDS[name], values[name])]),
      ),
  });
}

/** Put the service's words beside the fields that they are about. */
export function markErrors(form: UseFormReturnType<BacktestValues>, error: Error): void {
  if (!(error instanceof ApiError)) return;
  for (const { path, message } of error.fields) {
    const name = fieldOf(path);
    if (name !== null) form.setFieldError(name, message);
  }
}
