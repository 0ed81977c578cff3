// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, it } from "vitest";
import { emitContract } from "../scripts/emit-contract.mjs";
import type { Handlers, JobRecord, StreamEventsPayloads } from "../src/types/jobs.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const contract = (): Contract => JSON.parse(read("../../openapi.json")) as Contract;

interface Contract {
  components: { schemas: Record<string, { properties?: Record<string, Record<string, unknown>> }> };
  paths: Record<string, { get?: { "x-sse"?: { events: string[] } } }>;
}

describe("the emitted contract", () => {
  it("is the committed file", () => {
    expect(emitContract(contract())).toBe(read("../src/types/contract.gen.ts"));
  });

  it("does not depend on the order of fields", () => {
    const turned = contract();
    const request = turned.components.schemas["BacktestRequest"];
    if (request?.properties === undefined) throw new Error("The contract has no BacktestRequest");
    request.properties = Object.fromEntries(Object.entries(request.properties).reverse());
    expect(emitContract(turned)).toBe(emitContract(contract()));
  });

  it("rejects an event of x-sse without a frame", () => {
    const drifted = contract();
    drifted.paths["/api/events"]?.get?.["x-sse"]?.events.push("paused");
    expect(() => emitContract(drifted)).toThrow("/api/events");
  });

  it("rejects an event stream without x-sse", () => {
    const drifted = contract();
    delete drifted.paths["/api/events"]?.get?.["x-sse"];
    expect(() => emitContract(drifted)).toThrow("/api/events: an event stream needs x-sse");
  });

  it("rejects an optional field without a default", () => {
    const drifted = contract();
    delete drifted.components.schemas["BacktestRequest"]?.properties?.["years"]?.["default"];
    expect(() => emitContract(drifted)).toThrow("BacktestRequest.years");
  });

  it("requires a handler for each event, with its payload", () => {
    type Keys = keyof Handlers<StreamEventsPayloads>;
    expectTypeOf<Keys>().toEqualTypeOf<keyof StreamEventsPayloads>();
    expectTypeOf<Parameters<Handlers<StreamEventsPayloads>["failed"]>>().toEqualTypeOf<
      [JobRecord]
    >();
  });
});
