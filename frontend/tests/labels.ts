/** The figures on a screen: each label and column with its first and last one, and each sentence that has any. */
import { vi } from "vitest";

const ID =
  /\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{8}t\d{6}-\d{6}|(?=[a-f]*\d)[0-9a-f]{8,})\b/g;
/** A number or a time, also with a sign or a currency before it. */
const FIGURE = /^\W*\d/;
/** Neither a part of a name, as in `SHA-256`, nor of a version. */
const HAS_FIGURE = /(?<![\w.-])\d/;

/** A text without ids, which mean nothing to a reader. */
function readable(text: string): string {
  return text.trim().replace(ID, "id");
}

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

/** A label, and the first and the last figure among its values. */
function labelled(label: Element, values: readonly Element[]): string {
  const figures = values.map((value) => readable(textOf(value))).filter((one) => FIGURE.test(one));
  const ends = new Set([figures[0] ?? "no figure", figures.at(-1) ?? "no figure"]);
  return `${readable(textOf(label))}: ${[...ends].join(" … ")}`;
}

const all = (selector: string) => [...document.querySelectorAll(`#content ${selector}`)];

/** Each list of facts and each table, with its labels in their order; and each sentence that has a figure. */
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
    .map((one) => readable(ownText(one)));
  return [
    ...[...facts, ...headings].map((group) => group.join("; ")),
    ...sentences.filter((text) => HAS_FIGURE.test(text)),
  ];
}
