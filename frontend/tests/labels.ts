/** What figures are called on a screen, and how they are formatted: each label, column and sentence with its forms. */
import { vi } from "vitest";

const ID =
  /\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{8}t\d{6}-\d{6}|(?=[a-f]*\d)[0-9a-f]{8,})\b/g;
const DATE = "\\d{4}-\\d\\d-\\d\\d|\\d{1,2} [A-Z][a-z]{2}\\b( \\d{4})?";
const TIME = new RegExp(`\\b((${DATE}),? )?\\d\\d:\\d\\d(:\\d\\d)?\\b|\\b(${DATE})\\b`, "g");
/** Neither a part of a name, as in `SHA-256`, nor of a version. */
const FIGURE = /(?<![\w.-])\d+(,\d{3})*(\.\d+)?(?![\w.-]*\w)/g;

/** `12.3%` as `0.0%`, `−1,234 days` as `0 days`: signs depend on the data as well. */
function formOf(text: string): string {
  return text
    .trim()
    .replace(ID, "id")
    .replace(TIME, "time")
    .replace(FIGURE, (_, __, digits: string = "") => `0${digits.replace(/\d/g, "0")}`)
    .replace(/−/g, "");
}

const HAS_FIGURE = /(?<![\w.-])0|\btime\b/;

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

/** A label, and the form of the first figure among its values. */
function labelled(label: Element, values: readonly Element[]): string {
  const forms = values.map((value) => formOf(textOf(value)));
  return `${formOf(textOf(label))}: ${forms.find((form) => /^\W*(0|time)/.test(form)) ?? "no figure"}`;
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
  const sentences = all(":not(dl, dl *, table, table *, style)").map((one) => formOf(ownText(one)));
  const names = [...document.querySelectorAll("[aria-label]")].map(
    (one) =>
      `${one.getAttribute("role") ?? one.localName} named ${formOf(one.getAttribute("aria-label") ?? "")}`,
  );
  return [
    ...names,
    ...[...facts, ...headings].map((group) => group.join("; ")),
    ...sentences.filter((text) => HAS_FIGURE.test(text)),
  ];
}
