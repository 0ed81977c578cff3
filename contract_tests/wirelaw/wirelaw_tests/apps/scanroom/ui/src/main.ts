import { archiveBatch, changeBatch, listBatches } from "./api";
import { batchForm } from "./form";
import { priorityIcon, STATE_LABELS } from "./labels";
import { runScan } from "./scan";
import type { Batch, BatchState } from "./types";

const list = document.querySelector("ul")!;
const filter = document.querySelector("select")!;

function button(label: string, action: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.textContent = label;
  element.addEventListener("click", action);
  return element;
}

function row(batch: Batch): HTMLLIElement {
  const item = document.createElement("li");
  const text = document.createElement("span");
  const bar = document.createElement("div");
  const side = batch.double_sided ? "both sides" : "one side";
  text.textContent = `${priorityIcon(batch.priority)} ${batch.box}, ${side}: ${STATE_LABELS[batch.state]} ${batch.note}`;
  bar.style.width = `${(100 * batch.scanned) / batch.sheets}%`;
  item.append(text, bar);

  item.append(button("!", () => void changeBatch(batch.id, { priority: "high" }).then(show)));
  if (batch.state === "open") item.append(button("Scan", () => scan(batch, text, bar)));
  if (batch.state === "review") {
    item.append(
      button("Archive", async () => {
        const archived = await archiveBatch(batch.id);
        text.textContent = `${archived.archived_sheets} sheets of batch ${archived.id} are in the archive`;
      }),
    );
  }
  return item;
}

function scan(batch: Batch, text: HTMLElement, bar: HTMLElement): void {
  runScan(batch.id, {
    start: (sheets, dpi) => {
      text.textContent = `${sheets} sheets at ${dpi} dpi of ${batch.dpi} requested`;
    },
    sheet: (number, side, sharpness) => {
      bar.style.width = `${(100 * number) / batch.sheets}%`;
      bar.title = `${side} of ${number}: ${(sharpness * 100).toFixed(0)}% sharp`;
    },
    advise: (number, advice) => {
      text.textContent = `Sheet ${number} is blurred. ${advice}`;
    },
    end: (scanned, again) => {
      text.textContent = `${scanned} scanned, ${again} to be scanned again`;
      void show();
    },
  });
}

async function show(): Promise<void> {
  const batches = await listBatches(filter.value as BatchState | "", 1);
  list.replaceChildren(...batches.map(row));
}

filter.addEventListener("change", () => void show());
document.querySelector("main")!.prepend(batchForm(() => void show()));
void show();
