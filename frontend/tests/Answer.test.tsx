import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { MODELS_KEY, useModels } from "../src/api/queries/useModels.ts";
import { useModelAge } from "../src/api/queries/useSystemHealth.ts";
import { Answer } from "../src/components/answers/Answer.tsx";
import { answerWith, lost, recorded } from "./network.ts";
import { show } from "./providers.tsx";
import { dataOf, refusalOf } from "./traces.ts";

afterEach(cleanup);

const version = String(dataOf("model-age", "/api/system/model-age").version);

function Age() {
  return (
    <Answer query={useModelAge()} title="It could not be read">
      {(age) => <p>{age.version ?? "none"}</p>}
    </Answer>
  );
}

function Versions() {
  return (
    <Answer query={useModels()} title="They could not be read">
      {(items) => <p>{items.map((item) => item.version).join(" ")}</p>}
    </Answer>
  );
}

it("shows the data", async () => {
  answerWith(recorded("model-age"));
  show(<Age />);
  await screen.findByText(version);
  expect(screen.queryByRole("alert")).toBeNull();
});

it("shows an error with its code and request id, and a button to retry", async () => {
  answerWith(recorded("broken-model-age"), recorded("model-age"));
  show(<Age />);
  const alert = await screen.findByRole("alert");
  const { message, code, request_id } = refusalOf("broken-model-age");
  for (const text of ["It could not be read", message, code, request_id]) {
    expect(alert.textContent).toContain(text);
  }
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByText(version);
  expect(screen.queryByRole("alert")).toBeNull();
});

it("keeps the last data that was read, greyed out, below the error", async () => {
  answerWith(recorded("models"), recorded("broken-models"));
  const client = show(<Versions />);
  await screen.findByText(version);
  await act(() => client.invalidateQueries({ queryKey: MODELS_KEY }));
  await screen.findByRole("alert");
  const old = screen.getByRole("region", { name: "Last value read" });
  expect(old.getAttribute("aria-disabled")).toBe("true");
  expect(old.textContent).toContain(version);
});

it("shows that the service cannot be reached, without a request id", async () => {
  answerWith(lost("model-age"));
  show(<Age />);
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("cannot be reached"));
  expect(screen.getByRole("alert").textContent).not.toContain("request");
});
