import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { coefficient, count } from "../src/format/figures.ts";
import type { TrainRequest } from "../src/types/compute.ts";
import { at, forAnyBody, withEnvelope } from "./mutations.ts";
import { recorded } from "./network.ts";
import { dataOf, postedTo, refusalOf, trace } from "./traces.ts";
import { paramsUnlike } from "./unlike.ts";
import { NOTHING, panel, reads, rowsOf, visit } from "./visit.tsx";

afterEach(cleanup);

const versions = dataOf("models", "/api/models").items;
const model = dataOf("model", "/api/models/{version}");

describe("the latest model", () => {
  const latest = dataOf("model-age", "/api/system/model-age");

  it("has no advice while it is fresh", async () => {
    await visit("/models");
    await reads(`fresh${latest.version}`);
    expect(screen.queryByText(/Train again/)).toBeNull();
  });

  it("has the advice to train again when it is stale", async () => {
    const stale = withEnvelope({ data: { ...latest, status: "stale" } });
    await visit("/models", recorded("model-age", stale));
    await reads("Train again before you rely on what it predicts");
  });
});

describe("versions", () => {
  it("are listed with their rank IC", async () => {
    await visit("/models?tab=versions");
    const list = await panel("Versions");
    const rows = rowsOf(await list.findByRole("table"));
    expect(rows).toHaveLength(1 + versions.flatMap(({ horizons }) => horizons).length);
    for (const { version, scores } of versions) {
      const row = rows.find(([name]) => name?.includes(version));
      expect(row).toContain(coefficient(scores[0]?.rank_ic ?? null));
    }
  });

  it("show the age as the service counts it: to now, or to the last bar on demo data", async () => {
    await visit("/models?tab=versions");
    const list = await panel("Versions");
    const rows = rowsOf(await list.findByRole("table"));
    for (const { version, data_mode } of versions) {
      const [, trained] = rows.find(([name]) => name?.includes(version)) ?? [];
      const counted = data_mode === "demo" ? /days? old at the last bar$/ : /days? old$/;
      expect(trained).toMatch(counted);
    }
  });

  it("show each fold, with its first use", async () => {
    await visit("/models?tab=versions");
    const details = await panel(`Version ${model.version}`);
    fireEvent.click(await details.findByText(`${count(model.folds.length)} folds`));
    const folds = within(await details.findByRole("region", { name: "Folds" }));
    const rows = rowsOf(folds.getByRole("table"));
    for (const { file, test_start } of model.folds) {
      const row = rows.find((cells) => cells.includes(file.name));
      expect(row).toContain(test_start ?? "for new predictions");
    }
  });

  it.each([
    ["delete-model-in-use", "the reason"],
    ["delete-model", "the list"],
  ])("that are deleted show %s", async (name) => {
    const { calls } = await visit(
      "/models?tab=versions",
      recorded(name, at(`/api/models/${model.version}`)),
    );
    const details = await panel(`Version ${model.version}`);
    fireEvent.click(await details.findByRole("button", { name: "Delete" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.click(dialog.getByRole("button", { name: "Delete" }));
    if (name === "delete-model") {
      const done = within(await screen.findByRole("dialog", { name: "Deleted" }));
      fireEvent.click(done.getByRole("button", { name: "Close" }));
      await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    } else {
      expect(await dialog.findByText(refusalOf(name).message)).toBeDefined();
    }
    expect(calls.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });

  it("show the details of one version", async () => {
    await visit("/models?tab=versions");
    const details = await panel(`Version ${model.version}`);
    await details.findByText(model.data_fingerprint);
    for (const { members } of model.scores) {
      for (const { member, rank_ic } of members) {
        const row = details.getByRole("rowheader", { name: member }).closest("tr");
        expect(row?.textContent).toContain(coefficient(rank_ic));
      }
    }
    for (const library of Object.values(model.libraries)) {
      expect(details.getAllByText(library)).not.toEqual([]);
    }
    expect(details.getByText(`${count(model.folds.length)} folds`)).toBeDefined();
  });

  it("that do not exist show an error", async () => {
    await visit("/models?tab=versions&version=nobody", recorded("model-unknown"));
    await reads(refusalOf("model-unknown").message);
  });

  it("that cannot be read show the error", async () => {
    await visit("/models?tab=versions", recorded("broken-models"));
    await reads("The versions could not be read");
    await reads(refusalOf("broken-models").request_id);
  });

  it("are empty before the first training", async () => {
    await visit("/models?tab=versions", ...NOTHING);
    await reads("No version yet");
  });
});

describe("training", () => {
  it("is submitted with every field", async () => {
    const { calls, stream } = await visit("/models", recorded("submit-train"));
    const body = trace("submit-train").body as Required<TrainRequest>;
    fireEvent.change(await screen.findByLabelText("Years"), {
      target: { value: String(body.years) },
    });
    fireEvent.click(screen.getByRole("button", { name: "Train" }));
    await reads("Submitted");
    const [sent] = calls.filter(({ method }) => method === "POST");
    expect(sent?.body).toEqual(body);
    expect(postedTo("submit-train", "/api/compute/train").job_type).toBe("train");
    expect(stream).toBeDefined();
  });

  it("shows the service's error of a list item at the list", async () => {
    await visit("/models", forAnyBody(recorded("invalid-train")));
    fireEvent.click(await screen.findByRole("button", { name: "Train" }));
    const [field] = refusalOf("invalid-train").fields;
    expect(field?.path).toBe("horizons.1");
    await reads(field?.message ?? "");
    expect(
      screen.getByLabelText("Horizons", { selector: "input" }).getAttribute("aria-invalid"),
    ).toBe("true");
  });

  it.each(["history-too-short", "survivorship-unavailable", "key-reused"])(
    "shows the error of the service: %s",
    async (name) => {
      await visit("/models", forAnyBody(recorded(name)));
      fireEvent.click(await screen.findByRole("button", { name: "Train" }));
      const { message, code } = refusalOf(name);
      await waitFor(() => {
        const alerts = screen.getAllByRole("alert").map((alert) => alert.textContent);
        expect(alerts.join(" ")).toContain(message);
        expect(alerts.join(" ")).toContain(code);
      });
    },
  );

  it("repeats the training of a version with each of its parameters", async () => {
    const params = paramsUnlike("train");
    const { calls } = await visit(
      `/models?tab=training&version=${model.version}`,
      recorded("model", withEnvelope({ data: { ...model, params } })),
      forAnyBody(recorded("submit-train")),
    );
    await reads("The form has the parameters of");
    fireEvent.click(await screen.findByRole("button", { name: "Train" }));
    const sent = () => calls.filter(({ method }) => method === "POST").map(({ body }) => body);
    await waitFor(() => expect(sent()).toEqual([params]));
  });

  it("lists earlier trainings", async () => {
    await visit("/models");
    const trainings = await panel("Trainings");
    const jobs = dataOf("jobs-train", "/api/jobs").items;
    for (const status of new Set(jobs.map((job) => job.status))) {
      expect(await trainings.findAllByText(status)).not.toEqual([]);
    }
  });
});

describe("history", () => {
  it("shows the values of the trackers", async () => {
    await visit("/models?tab=history");
    const { snapshots } = dataOf("ic-history", "/api/system/ic-history");
    const ic = await panel("Information coefficient");
    for (const { horizon } of snapshots) {
      expect(await ic.findAllByText(new RegExp(`${horizon}`))).not.toEqual([]);
    }
    await panel("Disagreement");
  });

  it("shows where it is empty or cannot be read", async () => {
    await visit(
      "/models?tab=history",
      recorded("empty-ic-history"),
      recorded("broken-models", at("/api/system/disagreement-history")),
    );
    const disagreement = await panel("Disagreement");
    expect((await disagreement.findByRole("alert")).textContent).toContain(
      refusalOf("broken-models").message,
    );
    const ic = await panel("Information coefficient");
    await waitFor(() => expect(ic.queryByRole("table")).toBeNull());
  });

  it("opens with its tab, which the URL names", async () => {
    const { address } = await visit("/models");
    fireEvent.click(await screen.findByRole("tab", { name: "History" }));
    await waitFor(() => expect(address()).toContain("tab=history"));
    await panel("Disagreement");
  });
});
