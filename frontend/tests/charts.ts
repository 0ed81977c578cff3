/** What every chart of a screen keeps: its lines can be compared, and say what the table beside it says. */
import { readFileSync } from "node:fs";
import { toTheSecond } from "../src/format/figures.ts";
import { type Drawing, drawingOf, type Line } from "./drawings.ts";

/** Options of the libraries that change the look of a line only. */
const LOOK = new Set([
  ...["lineWidth", "topColor", "bottomColor", "invertFilledArea", "scaleMargins"],
  ...["priceLineVisible", "lastValueVisible", "crosshairMarkerVisible"],
  ...["width", "spanGaps", "points"],
]);

/** Each colour of the stylesheet has its name as its value. */
export function nameColours(): void {
  const names = readFileSync("src/page.css", "utf8").matchAll(/--page-([\w-]+)(?=:)/g);
  const values = [...names].map(([variable, name]) => `${variable}: ${name};`);
  const style = document.createElement("style");
  // custom properties are not inherited here
  style.textContent = `figure div { ${values.join(" ")} }`;
  document.head.append(style);
}

/** The faults of the charts on the screen, whose tables are open. */
export function chartFaults(): string[] {
  return [...document.querySelectorAll("figure")].flatMap((figure) => {
    const drawing = [...figure.querySelectorAll("div")].map(drawingOf).find((one) => one);
    if (drawing === undefined) return ["a figure without a drawing"];
    return [...faultsOfLines(drawing), ...faultsOfTable(figure, drawing)];
  });
}

function* faultsOfLines({ lines, axes }: Drawing): Iterable<string> {
  const all = lines();
  if (all.length === 0) yield "a chart without a line";
  if (new Set(all.map(({ colour }) => colour)).size < all.length) yield "two lines of one colour";
  const scales = new Map<string, string>();
  for (const { label, colour, scale, times, values, texts, others } of all) {
    const name = label ?? colour;
    if (colour === "") yield `${name} has no colour of the stylesheet`;
    if (!axes.includes(scale)) yield `${name} is on a scale without an axis`;
    const [pane = ""] = scale.split(" ");
    if ((scales.get(pane) ?? scale) !== scale) yield `${name} is not on the scale of the others`;
    scales.set(pane, scale);
    if (values.length !== times.length || times.length === 0)
      yield `${name} is not one value for each time`;
    if (times.some((time, at) => at > 0 && time <= (times[at - 1] ?? time)))
      yield `${name} goes back in time`;
    if (new Set(texts(1234.5678)).size !== 1) yield `${name} is not formatted as its axis is`;
    for (const other of others) if (!LOOK.has(other)) yield `${name} has ${other}`;
  }
}

const textsOf = (cells: Iterable<Element>): string[] => [...cells].map((cell) => cell.textContent);

/** Each column of figures that is a line has its name, or the colour of its legend, and its values. */
function* faultsOfTable(figure: Element, drawing: Drawing): Iterable<string> {
  const [headings = [], ...rows] = [...figure.querySelectorAll("tr")].map((row) =>
    textsOf(row.children),
  );
  const swatches = [...(figure.closest("section")?.querySelectorAll<HTMLElement>(".swatch") ?? [])];
  if (rows.length === 0) yield "a chart without a row in its table";
  for (const line of drawing.lines()) {
    const { label, colour, values } = line;
    const place = swatches.findIndex(({ style }) => style.background.includes(`--page-${colour})`));
    const column = label === null ? place + 1 : headings.indexOf(label);
    if (column > 0)
      yield* faultsOfColumn(
        line,
        headings[column] ?? "",
        rows.map((row) => [row[0] ?? "", row[column] ?? ""]),
      );
    else if (new Set(values).size > 1)
      yield `${label ?? colour} is neither in the legend nor in the table`;
  }
}

function* faultsOfColumn(
  { times, values, texts }: Line,
  heading: string,
  rows: readonly (readonly [string, string])[],
): Iterable<string> {
  const iso = times.map((time) =>
    typeof time === "string" ? time : new Date(time * 1000).toISOString(),
  );
  const placeOf = (text: string) =>
    iso.findIndex((time) => time.slice(0, 10) === text || toTheSecond(time) === text);
  const places = rows.map(([time]) => placeOf(time));
  if (!places.includes(0) || !places.includes(times.length - 1))
    yield `the table leaves out an end of ${heading}`;
  for (const [at, [time, cell]] of rows.entries()) {
    const value = values[places[at] ?? -1];
    if (value === undefined) yield `${heading} has nothing at ${time}`;
    else if (value === null ? cell !== "–" : !texts(value).includes(cell))
      yield `${heading} is ${cell} at ${time}, and drawn as ${value}`;
  }
}

/** What a chart was told to mark is within what it shows. */
export function markFaults(): string[] {
  const drawings = [...document.querySelectorAll("figure div")].flatMap(
    (box) => drawingOf(box) ?? [],
  );
  return drawings.flatMap(({ lines, marks, range }) => {
    if (marks.length === 0 || range === null) return ["a chart without the selected part"];
    const places = marks.map(({ time }) => lines()[0]?.times.indexOf(time) ?? -1);
    return places.every((place) => place >= 0 && place >= range.from && place <= range.to)
      ? []
      : ["a mark beyond what is shown"];
  });
}
