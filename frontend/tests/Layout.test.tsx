import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, withEnvelope } from "./mutations.ts";
import { mendable, recorded } from "./network.ts";
import { dataOf } from "./traces.ts";
import { reads, visit } from "./visit.tsx";

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const banner = () => screen.findByRole("complementary", { name: "What this is computed on" });

describe("the banner", () => {
  it("says that data are for demonstration", async () => {
    await visit("/jobs", recorded("demo-data-mode"));
    expect((await banner()).textContent).toContain("Demo data");
  });

  it("says that data are old, and how old", async () => {
    await visit("/jobs");
    const { status, mode, last_date } = dataOf("data-mode", "/api/system/data-mode");
    expect([mode, status]).toEqual(["live", "stale"]);
    expect((await banner()).textContent).toContain(last_date);
  });

  it("says that it cannot be known", async () => {
    await visit("/jobs", recorded("broken-models", at("/api/system/data-mode")));
    expect((await banner()).textContent).toContain("cannot be read");
  });

  it("is not there when data are fresh and live", async () => {
    const data = { ...dataOf("data-mode", "/api/system/data-mode"), status: "fresh" };
    await visit("/jobs", recorded("data-mode", withEnvelope({ data })));
    await reads("Data: files, fresh");
    expect(screen.queryByRole("complementary", { name: "What this is computed on" })).toBeNull();
  });
});

describe("the badge", () => {
  it("says that the page is live, and when it is not", async () => {
    const { stream } = await visit("/jobs");
    await screen.findByText("Live");
    stream.breakOff();
    await screen.findByText("Reconnecting");
  });

  it("says that the stream was refused", async () => {
    await visit("/jobs", recorded("events-unknown", at("/api/events")));
    await screen.findByText("Stale");
    expect(screen.getByRole("button", { name: "Reload" })).toBeDefined();
  });
});

describe("a service with a token", () => {
  it("asks for it once, and everything is read with it", async () => {
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

  it("can be looked at without, and keeps saying so", async () => {
    await visit("/jobs", recorded("unauthorized-jobs"), recorded("unauthorized-events"));
    fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
    await screen.findByRole("complementary", { name: "Token" });
    expect(screen.getByRole("button", { name: "Enter the token" })).toBeDefined();
  });

  it("is given it later by who asks again, and has all read again that was refused", async () => {
    const jobs = mendable(recorded("unauthorized-jobs"), recorded("jobs"));
    const refused = recorded("unauthorized-jobs", at("/api/system/data-mode"));
    const mode = mendable(refused, recorded("data-mode"));
    await visit("/jobs", jobs.answer, mode.answer);
    fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
    await screen.findByRole("complementary", { name: "Token" });
    // somebody asks for the list by hand, and only then is asked for the token again
    vi.stubGlobal("navigator", { userActivation: { isActive: true } });
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    const field = await screen.findByLabelText("Token", { selector: "input" });
    fireEvent.change(field, { target: { value: "s3cret" } });
    jobs.mend();
    mode.mend();
    fireEvent.click(screen.getByRole("button", { name: "Continue" }));
    await screen.findByRole("table");
    const { last_date } = dataOf("data-mode", "/api/system/data-mode");
    await reads(`the last bar is of ${last_date}`);
  });
});

it("leads to every page", async () => {
  await visit("/jobs");
  const pages = screen.getByRole("navigation", { name: "Pages" });
  const links = [...pages.querySelectorAll("a")].map((link) => link.getAttribute("href"));
  const places = ["backtests", "compare", "jobs", "models", "signals", "autopilot", "health"];
  expect(links.filter((href) => href !== "/docs")).toEqual(places.map((place) => `/${place}`));
});

it("says that there is nothing at an address", async () => {
  await visit("/nowhere");
  await reads("There is nothing at this address");
});
