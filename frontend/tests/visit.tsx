/** Renders the whole page at an address, with the recorded answers of the service. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import {
  type BoundFunctions,
  type queries,
  type RenderResult,
  render,
  screen,
  waitFor,
  within,
} from "@testing-library/react";
import { expect } from "vitest";
import { theme } from "../src/components/shell/theme.ts";
import { router as pages } from "../src/router.tsx";
import { resumedFrom } from "./mutations.ts";
import { type Answer, answerWith, type Call, type LiveStream, live, recorded } from "./network.ts";
import { makeClient, textOf } from "./providers.tsx";
import { framesOf, tracesLike } from "./traces.ts";

/** Names of the answers to requests without parameters, which a new service answers too. */
const READ = tracesLike(/^empty-/).map((name) => name.replace("empty-", ""));

/** Answers after every job has ended. */
const EVERYTHING = [...READ, "jobs-autopilot", "jobs-predict", "jobs-train", "model"];

/** Answers of a new service. */
export const NOTHING: readonly Answer[] = READ.map((name) => recorded(`empty-${name}`));

export interface Visit extends RenderResult {
  calls: Call[];
  /** The tab's one stream. */
  stream: LiveStream;
  address: () => string;
}

/** @param answers replace those of `EVERYTHING` for the same request. */
export async function visit(address: string, ...answers: Answer[]): Promise<Visit> {
  const stream = live("events");
  const replaced = new Set(answers.map(({ method, path }) => `${method} ${path}`));
  const [idle] = framesOf("events");
  if (idle === undefined) throw new Error("The trace is empty");
  const goesOn = live("events", resumedFrom(idle.id));
  const usual = [stream.answer, goesOn.answer, ...EVERYTHING.map((name) => recorded(name))];
  const calls = answerWith(
    ...answers,
    ...usual.filter(({ method, path }) => !replaced.has(`${method} ${path}`)),
  );
  stream.send(idle);
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({ routeTree: pages.routeTree, history });
  const result = render(
    <QueryClientProvider client={makeClient()}>
      <MantineProvider theme={theme} env="test">
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole("navigation", { name: "Pages" });
  return { ...result, calls, stream, address: () => router.state.location.href };
}

/** A section of the page, by its title. */
export async function panel(name: string | RegExp): Promise<BoundFunctions<typeof queries>> {
  return within(await screen.findByRole("region", { name }));
}

/** The texts of the rows in a table, cell by cell. */
export function rowsOf(table: HTMLElement): string[][] {
  return [...table.querySelectorAll("tr")].map((row) =>
    [...row.querySelectorAll("th,td")].map((cell) => cell.textContent.replace(/[▲▼]/g, "")),
  );
}

/** Wait until the page contains a text. */
export async function reads(text: string | RegExp): Promise<void> {
  await waitFor(() => expect(textOf(document.body)).toMatch(text));
}
