import { ApiError, createBatch } from "./api";
import type { Batch, Priority } from "./types";

const DEFAULTS = { dpi: 600, priority: "normal", double_sided: false } as const;

export function batchForm(onCreated: (batch: Batch) => void): HTMLFormElement {
  const form = document.createElement("form");
  form.innerHTML = `
    <input name="box" required minlength="3" maxlength="12" placeholder="Box">
    <input name="sheets" type="number" required min="1" max="500">
    <select name="dpi"><option>300</option><option selected>${DEFAULTS.dpi}</option><option>1200</option></select>
    <input name="double_sided" type="checkbox">
    <output></output><button>Add</button>`;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = new FormData(form);
    try {
      const batch = await createBatch({
        ...DEFAULTS,
        box: String(values.get("box")),
        sheets: Number(values.get("sheets")),
        dpi: Number(values.get("dpi")),
        priority: (values.get("priority") as Priority | null) ?? DEFAULTS.priority,
        double_sided: values.has("double_sided"),
      });
      onCreated(batch);
    } catch (error) {
      form.querySelector("output")!.value = error instanceof ApiError ? `${error.message} (${error.code})` : "?";
    }
  });
  return form;
}
