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
import { setStage } from "./stage.tsx";
import { refusalOf, trace } from "./traces.ts";

afterEach(cleanup);

function backtestForm() {
  return renderHook(() => useContractForm(BACKTEST_REQUEST_FIELDS, BACKTEST_REQUEST_DEFAULTS), {
    wrapper: setStage().wrapper,
  }).result;
}

function trainForm() {
  return renderHook(() => useContractForm(TRAIN_REQUEST_FIELDS, TRAIN_REQUEST_DEFAULTS), {
    wrapper: setStage().wrapper,
  }).result;
}

function errorOf(name: string): ApiError {
  const { status, request_id, ...error } = refusalOf(name);
  // the code of a refusal that was recorded is one of the contract's
  return new ApiError(error as ConstructorParameters<typeof ApiError>[0], request_id, status);
}

describe("a form", () => {
  it("begins with the contract's defaults, which are what the service takes them for", () => {
    const result = backtestForm();
    expect(result.current.form.getValues()).toEqual(BACKTEST_REQUEST_DEFAULTS);
    // recorded: the service's own defaults, sent in full
    expect(BACKTEST_REQUEST_DEFAULTS).toEqual(trace("submit-backtest").body);
    expect(result.current.form.isValid()).toBe(true);
  });

  it.each([
    ["years", 41, "At most 40."],
    ["years", 0, "At least 1."],
    ["years", 1.5, "Give a whole number."],
    ["position_size", 0, "More than 0."],
    ["entry_threshold", 2, "At most 1."],
  ] as const)("refuses %s = %s before it is sent", (name, value, said) => {
    const result = backtestForm();
    act(() => result.current.form.setFieldValue(name, value));
    act(() => void result.current.form.validate());
    expect(result.current.form.errors).toEqual({ [name]: said });
  });

  it("says what is wrong when a field is left, and not before", () => {
    const result = backtestForm();
    act(() => result.current.form.setFieldValue("years", 99));
    expect(result.current.form.errors).toEqual({});
    const { onBlur } = result.current.form.getInputProps("years") as { onBlur: () => void };
    act(onBlur);
    expect(result.current.form.errors).toEqual({ years: "At most 40." });
  });
});

describe("the service's errors", () => {
  it("stand at their fields, those of a list's items at the list", () => {
    const result = backtestForm();
    const error = errorOf("invalid-fields");
    act(() => result.current.markErrors(error));
    const said = new Map(error.fields.map(({ path, message }) => [path, message]));
    expect(result.current.form.errors).toEqual({
      years: said.get("years"),
      position_size: said.get("position_size"),
      tickers: said.get("tickers.1"),
    });
    expect(markedPaths(BACKTEST_REQUEST_FIELDS, error)).toEqual(new Set(said.keys()));
  });

  it("of a list of numbers stand at the list", () => {
    const result = trainForm();
    act(() => result.current.markErrors(errorOf("invalid-train")));
    expect(Object.keys(result.current.form.errors)).toEqual(["horizons"]);
  });

  it("that are about no field are left for the notice", () => {
    const result = backtestForm();
    const error = errorOf("invalid-backtest");
    act(() => result.current.markErrors(error));
    expect(result.current.form.errors).toEqual({});
    expect(markedPaths(BACKTEST_REQUEST_FIELDS, error)).toEqual(new Set());
  });

  it("that are of no service mark nothing", () => {
    expect(markedPaths(BACKTEST_REQUEST_FIELDS, new Error("no answer"))).toEqual(new Set());
  });
});

describe("a list that was typed", () => {
  const { horizons, tickers } = TRAIN_REQUEST_FIELDS;

  it("of numbers is read as numbers, each once", () => {
    expect(readList(horizons, ["5", " 10", "5", ""])).toEqual([5, 10]);
  });

  it("keeps what is no number, for the form to refuse", () => {
    const result = trainForm();
    const read = readList(horizons, ["5", "soon"]);
    expect(read).toEqual([5, "soon"]);
    act(() => result.current.form.setFieldValue("horizons", read as number[]));
    act(() => void result.current.form.validate());
    expect(result.current.form.errors).toEqual({ horizons: "Give a number." });
  });

  it("of names is in capitals, each once", () => {
    expect(readList(tickers, ["aapl", "AAPL", "brk.b"])).toEqual(["AAPL", "BRK.B"]);
  });

  it("that is empty is null where the contract has that, and else refused", () => {
    expect(readList(tickers, [" "])).toBeNull();
    expect(readList(horizons, [])).toEqual([]);
    const result = trainForm();
    act(() => result.current.form.setFieldValue("horizons", []));
    act(() => void result.current.form.validate());
    expect(result.current.form.errors).toEqual({ horizons: "At least 1." });
  });
});

it("has a field for each that the contract has", () => {
  expect(fieldNames(BACKTEST_REQUEST_FIELDS).toSorted()).toEqual(
    Object.keys(BACKTEST_REQUEST_DEFAULTS).toSorted(),
  );
});
