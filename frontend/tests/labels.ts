/** What a screen shows: each label and column with its first and last value, and each sentence with a figure. */
import { vi } from "vitest";

/** Neither a part of a name, as in `SHA-256`, nor of a version. */
const HAS_FIGURE = /(?<![\w.-])\d/;

/** What stands in an element itself. */
function ownText(element: Element): string {
  const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  return own.map((node) => node.textContent).join("");
}

/** What stands in an element itself, or in the first one inside that has a text. */
function textOf(element: Element): string {
  const texts = [element, ...element.querySelectorAll("*")].map(ownText);
  return texts.find((text) => text.trim() !== "") ?? "";
}

/** A label, and the first and the last text among its values. */
function labelled(label: Element, values: readonly Element[]): string {
  const texts = values.map((value) => textOf(value).trim());
  const ends = new Set([texts[0] ?? "", texts.at(-1) ?? ""]);
  return `${textOf(label).trim()}: ${[...ends].join(" … ")}`;
}

/** The texts of the rows of tables that have a heading in front, by heading. */
export function rows(): ReadonlyMap<string, readonly string[]> {
  const headings = all("tbody th[scope=row]");
  return new Map(
    headings.map((heading) => {
      const cells = [...(heading.parentElement?.querySelectorAll("td") ?? [])];
      return [textOf(heading).trim(), cells.map((cell) => textOf(cell).trim())];
    }),
  );
}

const all = (selector: string) => [...document.querySelectorAll(`#content ${selector}`)];

/**
 * Each list of facts and each table, with its labels in their order; each sentence that has a figure; and what only
 * a screen reader reads.
 */
export async function labels(): Promise<string[]> {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("#content details")) {
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  }
  await vi.advanceTimersByTimeAsync(100);
  const facts = all("dl").map((list) =>
    [...list.querySelectorAll("dt")].map((name) =>
      labelled(name, name.nextElementSibling === null ? [] : [name.nextElementSibling]),
    ),
  );
  const headings = all("table").map((table) => {
    const [head, ...rows] = [...table.querySelectorAll("tr")].map((row) => [...row.children]);
    return (head ?? []).map((heading, column) =>
      labelled(
        heading,
        rows.flatMap((row) => row[column] ?? []),
      ),
    );
  });
  const sentences = all("*")
    .filter((one) => one.closest("dl, table, style") === null)
    .map((one) => ownText(one).trim());
  const names = [...document.querySelectorAll("[aria-label]")].map(
    (one) => `${one.getAttribute("role") ?? one.localName} named ${one.getAttribute("aria-label")}`,
  );
  return [
    ...names,
    ...[...facts, ...headings].map((group) => group.join("; ")),
    ...sentences.filter((text) => HAS_FIGURE.test(text)),
  ];
}
