/** What every dialog, sorted table and button to a chart keeps, on every screen. */
import { vi } from "vitest";
import { markFaults } from "./charts.ts";

const openDialog = (): HTMLDialogElement | null => document.querySelector("dialog");

const settle = () => vi.advanceTimersByTimeAsync(20);

async function press(button: HTMLElement | undefined): Promise<void> {
  button?.focus();
  button?.click();
  await settle();
}

/** The faults of the dialog that this button has opened, if any; the dialog is closed afterwards. */
export async function dialogFaults(opener: HTMLElement): Promise<string[]> {
  const dialog = openDialog();
  if (dialog === null) return [];
  const name = dialog.getAttribute("aria-label") ?? "A dialog without a name";
  const faults =
    opener.getAttribute("aria-haspopup") === "dialog"
      ? []
      : [`${name}: its button has no aria-haspopup`];
  for (const one of dialog.querySelectorAll("[tabindex]")) {
    if (!one.hasAttribute("aria-label")) faults.push(`${name}: ${one.localName} has no name`);
  }
  if (!dialog.hasAttribute("aria-label")) faults.push(name);
  if (!dialog.contains(document.activeElement)) faults.push(`${name} opens without the focus`);
  const check = (closed: string): void => {
    if (openDialog() !== null) faults.push(`${name} stays open after ${closed}`);
    else if (document.activeElement !== opener)
      faults.push(`${name} loses the focus after ${closed}`);
  };
  dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
  await settle();
  check("Escape");
  const buttons = [...dialog.querySelectorAll("button")];
  const closing: string[] = [];
  for (const place of buttons.keys()) {
    if (openDialog() === null) await press(opener);
    await press(openDialog()?.querySelectorAll("button")[place]);
    if (openDialog() !== null) continue;
    closing.push(buttons[place]?.textContent ?? "");
    check(closing.join());
  }
  if (closing.length === 0) faults.push(`${name} has no button that closes it`);
  openDialog()?.dispatchEvent(new Event("cancel", { cancelable: true }));
  await settle();
  return faults;
}

const NONE = "–";

/** A cell as its column is sorted: a figure, or a text. */
function sortedAs(text: string): number | string {
  const figure = Number(text.replace("−", "-").replace(/[,%+]/g, ""));
  return Number.isNaN(figure) ? text.toLowerCase() : figure;
}

/** The faults of the order in which this heading has put its table. */
function orderFaults(heading: Element): string[] {
  const direction = heading.getAttribute("aria-sort");
  const column = [...(heading.parentElement?.children ?? [])].indexOf(heading);
  const rows = [...(heading.closest("table")?.querySelectorAll("tbody tr") ?? [])];
  const texts = rows.map((row) => row.children[column]?.textContent ?? "");
  const name = `${heading.textContent}, ${direction}`;
  const sorted = [...document.querySelectorAll("th[aria-sort]")].filter(
    (one) => one.closest("table") === heading.closest("table"),
  );
  const faults = sorted.length === 1 && sorted[0] === heading ? [] : [`${name}: another is marked`];
  const arrow = direction === "ascending" ? "▲" : "▼";
  if (!heading.textContent.includes(arrow)) faults.push(`${name}: the arrow points elsewhere`);
  for (const [at, text] of texts.entries()) {
    const before = texts[at - 1];
    if (before === undefined || text === NONE) continue;
    const [one, other] = direction === "descending" ? [text, before] : [before, text];
    if (before === NONE || sortedAs(one) > sortedAs(other))
      faults.push(`${name}: ${before} before ${text}`);
  }
  return faults;
}

/** The faults of a table in both directions, if this button sorts it; it has been clicked once. */
export async function sortFaults(button: HTMLElement): Promise<string[]> {
  const heading = button.closest("th");
  if (heading === null || !button.classList.contains("sort")) return [];
  const first = heading.getAttribute("aria-sort");
  const faults = orderFaults(heading);
  await press(button);
  if (heading.getAttribute("aria-sort") === first)
    faults.push(`${heading.textContent} has one direction`);
  return [...faults, ...orderFaults(heading)];
}

/** The faults of a part of a chart that a button has selected: the keyboard goes on from there. */
export function selectionFaults(button: HTMLElement): string[] {
  if (button.title !== "Show in the chart") return [];
  const chart = document.activeElement?.querySelector("figure");
  const focus = chart == null ? [`${button.textContent}: the focus is not at the chart`] : [];
  return [...focus, ...markFaults()];
}
