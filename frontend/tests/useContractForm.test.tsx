import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError } from "../src/api/client.ts";
import { readList } from "../src/components/forms/bounds.ts";
import { markedPaths, useContractForm } from "../src/components/forms/useContractForm.ts";
import {
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  fieldNames,
  TRAIN_REQUEST_DEFAULTS,
  TRAIN_REQUEST_FIELDS,
} from "../src/types/compute.ts";
import { makeProviders } from "./providers.tsx";
import { refusalOf, trace } from "./traces.ts";

afterEach(cleanup);

function backtestForm() {
  return renderHook(() => useContractForm(BACKTEST_REQUEST_FIELDS, BACKTEST_REQUEST_DEFAULTS), {
    wrapper: makeProviders().wrapper,
  }).result;
}

function trainForm() {
  return renderHook(() => useContractForm(TRAIN_REQUEST_FIELDS, TRAIN_REQUEST_DEFAULTS), {
    wrapper: makeProviders().wrapper,
  }).result;
}

function errorOf(name: string): ApiError {
  const { status, request_id, ...error } = refusalOf(name);
  // a recorded error has a code of the contract
  return new ApiError(error as ConstructorParameters<typeof ApiError>[0], request_id, status);
}

describe("a form", () => {
  it("starts with the contract's defaults, which the service accepts", () => {
    const result = backtestForm();
    expect(result.current.form.getValues()).toEqual(BACKTEST_REQUEST_DEFAULTS);
    // recorded: the service's own defaults, sent in full
    expect(BACKTEST_REQUEST_DEFAULTS).toEqual(trace("submit-backtest").body);
    expect(result.current.form.isValid()).toBe(true);
  });

  it.each([
    ["years", 41, "At most 40."],
    ["years", 0, "At least 1."],
    ["years", 1.5, "Enter a whole number."],
    ["position_size", 0, "More than 0."],
    ["entry_threshold", 2, "At most 1."],
  ] as const)("rejects %s = %s before it is sent", (name, value, error) => {
    const result = backtestForm();
    act(() => result.current.form.setFieldValue(name, value));
    act(() => void result.current.form.validate());
    expect(result.current.form.errors).toEqual({ [name]: error });
  });

  it("shows the error of a field when it loses the focus, and not before", () => {
    const result = backtestForm();
    act(() => result.current.form.setFieldValue("years", 99));
    expect(result.current.form.errors).toEqual({});
    const { onBlur } = result.current.form.getInputProps("years") as { onBlur: () => void };
    act(onBlur);
    expect(result.current.form.errors).toEqual({ years: "At most 40." });
  });
});

describe("the service's errors", () => {
  it("are shown at their fields, those of list items at the list", () => {
    const result = backtestForm();
    const error = errorOf("invalid-fields");
    act(() => result.current.markErrors(error));
    const messages = new Map(error.fields.map(({ path, message }) => [path, message]));
    expect(result.current.form.errors).toEqual({
      years: messages.get("years"),
      position_size: messages.get("position_size"),
      tickers: messages.get("tickers.1"),
    });
    expect(markedPaths(BACKTEST_REQUEST_FIELDS, error)).toEqual(new Set(messages.keys()));
  });

  it("of a list of numbers are shown at the list", () => {
    const result = trainForm();
    act(() => result.current.markErrors(errorOf("invalid-train")));
    expect(Object.keys(result.current.form.errors)).toEqual(["horizons"]);
  });

  it("of no field are left for the notice", () => {
    const result = backtestForm();
    const error = errorOf("invalid-backtest");
    act(() => result.current.markErrors(error));
    expect(result.current.form.errors).toEqual({});
    expect(markedPaths(BACKTEST_REQUEST_FIELDS, error)).toEqual(new Set());
  });

  it("of another kind mark no field", () => {
    expect(markedPaths(BACKTEST_REQUEST_FIELDS, new Error("no answer"))).toEqual(new Set());
  });
});

describe("an entered list", () => {
  const { horizons, tickers } = TRAIN_REQUEST_FIELDS;

  it("of numbers is read as numbers, without duplicates", () => {
    expect(readList(horizons, ["5", " 10", "5", ""])).toEqual([5, 10]);
  });

  it("keeps an item that is not a number, which the form rejects", () => {
    const result = trainForm();
    const read = readList(horizons, ["5", "soon"]);
    expect(read).toEqual([5, "soon"]);
    act(() => result.current.form.setFieldValue("horizons", read as number[]));
    act(() => void result.current.form.validate());
    expect(result.current.form.errors).toEqual({ horizons: "Enter a number." });
  });

  it("of names is upper case, without duplicates", () => {
    expect(readList(tickers, ["aapl", "AAPL", "brk.b"])).toEqual(["AAPL", "BRK.B"]);
  });

  it("that is empty is null where the contract allows it, and rejected otherwise", () => {
    expect(readList(tickers, [" "])).toBeNull();
    expect(readList(horizons, [])).toEqual([]);
    const result = trainForm();
    act(() => result.current.form.setFieldValue("horizons", []));
    act(() => void result.current.form.validate());
    expect(result.current.form.errors).toEqual({ horizons: "At least 1." });
  });
});

it("has a field for each field of the contract", () => {
  expect(fieldNames(BACKTEST_REQUEST_FIELDS).toSorted()).toEqual(
    Object.keys(BACKTEST_REQUEST_DEFAULTS).toSorted(),
  );
});
