import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, withEnvelope } from "./mutations.ts";
import { recorded, repairable } from "./network.ts";
import { dataOf } from "./traces.ts";
import { reads, visit } from "./visit.tsx";

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const banner = () => screen.findByRole("complementary", { name: "Data notice" });

describe("the banner", () => {
  it("shows that the data are demo data", async () => {
    await visit("/jobs", recorded("demo-data-mode"));
    expect((await banner()).textContent).toContain("Demo data");
  });

  it("shows that the data are stale, and their last date", async () => {
    await visit("/jobs");
    const { status, mode, last_date } = dataOf("data-mode", "/api/system/data-mode");
    expect([mode, status]).toEqual(["live", "stale"]);
    expect((await banner()).textContent).toContain(last_date);
  });

  it("shows that the data could not be read", async () => {
    await visit("/jobs", recorded("broken-models", at("/api/system/data-mode")));
    expect((await banner()).textContent).toContain("could not be read");
  });

  it("is not shown for fresh live data", async () => {
    const data = { ...dataOf("data-mode", "/api/system/data-mode"), status: "fresh" };
    await visit("/jobs", recorded("data-mode", withEnvelope({ data })));
    await reads("Data: files, fresh");
    expect(screen.queryByRole("complementary", { name: "Data notice" })).toBeNull();
  });
});

describe("the badge", () => {
  it("shows whether the stream is live or reconnecting", async () => {
    const { stream } = await visit("/jobs");
    await screen.findByText("Live");
    stream.breakOff();
    await screen.findByText("Reconnecting");
  });

  it("shows that the stream was refused", async () => {
    await visit("/jobs", recorded("events-unknown", at("/api/events")));
    await screen.findByText("Stale");
    expect(screen.getByRole("button", { name: "Reload" })).toBeDefined();
  });
});

describe("a service with a token", () => {
  it("prompts for it once, and sends it with every request", async () => {
    const { calls } = await visit("/jobs", recorded("unauthorized-jobs"), recorded("jobs"));
    fireEvent.change(await screen.findByLabelText("Token"), { target: { value: "s3cret" } });
    fireEvent.click(screen.getByRole("button", { name: "Continue" }));
    await screen.findByRole("table");
    await waitFor(() =>
      expect(
        calls.some(
          ({ path, headers }) =>
            path === "/api/jobs" && headers.get("Authorization") === "Bearer s3cret",
        ),
      ).toBe(true),
    );
    expect(calls.some(({ path }) => path.includes("s3cret"))).toBe(false);
    expect(screen.queryByLabelText("Token")).toBeNull();
  });

  it("shows a bar after Not now", async () => {
    await visit("/jobs", recorded("unauthorized-jobs"), recorded("unauthorized-events"));
    fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
    await screen.findByRole("complementary", { name: "Token" });
    const button = screen.getByRole("button", { name: "Enter the token" });
    vi.stubGlobal("navigator", { userActivation: { isActive: true } });
    button.focus();
    fireEvent.click(button);
    const dialog = await screen.findByRole("dialog");
    expect(dialog.contains(document.activeElement)).toBe(true);
    fireEvent(dialog, new Event("cancel", { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(document.activeElement).toBe(button);
  });

  it("prompts again after a click, and refetches what was refused", async () => {
    const jobs = repairable(recorded("unauthorized-jobs"), recorded("jobs"));
    const refused = recorded("unauthorized-jobs", at("/api/system/data-mode"));
    const mode = repairable(refused, recorded("data-mode"));
    await visit("/jobs", jobs.answer, mode.answer);
    fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
    await screen.findByRole("complementary", { name: "Token" });
    // only a click opens the prompt again
    vi.stubGlobal("navigator", { userActivation: { isActive: true } });
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    const field = await screen.findByLabelText("Token", { selector: "input" });
    fireEvent.change(field, { target: { value: "s3cret" } });
    jobs.repair();
    mode.repair();
    fireEvent.click(screen.getByRole("button", { name: "Continue" }));
    await screen.findByRole("table");
    const { last_date } = dataOf("data-mode", "/api/system/data-mode");
    await reads(`the last bar is from ${last_date}`);
  });
});

it("links to every page", async () => {
  await visit("/jobs");
  const pages = screen.getByRole("navigation", { name: "Pages" });
  const links = [...pages.querySelectorAll("a")].map((link) => link.getAttribute("href"));
  const places = ["backtests", "compare", "jobs", "models", "signals", "autopilot", "health"];
  expect(links.filter((href) => href !== "/docs")).toEqual(places.map((place) => `/${place}`));
});

it("shows an unknown address", async () => {
  await visit("/nowhere");
  await reads("There is no page at this address");
});
