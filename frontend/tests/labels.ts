/** What figures are called on a screen, and how they are formatted: each label with the form of what it labels. */
import { vi } from "vitest";

const FIGURE = /^([<>+]?)−?([\d,]+)(\.\d+)?(%| [a-z]+)?(?![\w.])/;
/** Years, hours and versions are figures of another kind. */
const TIME = /\d\d:\d\d|^\d{4}-\d\d|^\d{8}t/;

/** `12.3%` as `0.0%` and `−1,234 days` as `0 days`; null: no figure. */
function formOf(text: string): string | null {
  const words = text.trim();
  if (TIME.test(words)) return "time";
  const [figure, sign = "", , digits = "", unit = ""] = FIGURE.exec(words) ?? [];
  return figure === undefined ? null : `${sign}0${digits.replace(/\d/g, "0")}${unit}`;
}

/** What stands in an element itself, or in the first one inside that has a text. */
function textOf(element: Element): string {
  for (const one of [element, ...element.querySelectorAll("*")]) {
    const own = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent).join("");
    if (text.trim() !== "") return text;
  }
  return "";
}

/** The form of the first figure among the values of a label. */
function labelled(label: Element, values: readonly Element[]): string {
  const forms = values.map((value) => formOf(textOf(value)));
  return `${textOf(label).replace(/\b[0-9a-f]{8}\b|\d[\dt.-]*/g, "0")}: ${forms.find((form) => form !== null) ?? "no figure"}`;
}

/** Every label of a list of facts and every heading of a table, with the form of its figures. */
export async function labels(): Promise<string[]> {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("#content details")) {
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  }
  await vi.advanceTimersByTimeAsync(100);
  const facts = [...document.querySelectorAll("#content dt")].map((name) =>
    labelled(name, name.nextElementSibling === null ? [] : [name.nextElementSibling]),
  );
  const headings = [...document.querySelectorAll("#content table")].flatMap((table) => {
    const [head, ...rows] = [...table.querySelectorAll("tr")].map((row) => [...row.children]);
    return (head ?? []).map((heading, column) =>
      labelled(
        heading,
        rows.flatMap((row) => row[column] ?? []),
      ),
    );
  });
  return [...facts, ...headings];
}
