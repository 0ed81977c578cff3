/** What every link keeps that is made from a record: it carries an id of that record, and of nothing else. */

const JOB = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
const VERSION = /\d{8}t\d{6}-\d{6}/g;

const jobsIn = (text: string): string[] => [...text.matchAll(JOB)].map(([id]) => id);
const versionsIn = (text: string): string[] => [...text.matchAll(VERSION)].map(([id]) => id);
const idsIn = (text: string): string[] => [...jobsIn(text), ...versionsIn(text)];

/** Links beside a record that lead somewhere else, by their texts. */
const ELSEWHERE = /^(Latest .+|Use the defaults|Open the new job)$/;

/** A component of React with its properties, and those around it. */
interface Component {
  type: unknown;
  memoizedProps: Readonly<Record<string, unknown>> | null;
  return: Component | null;
}

function* around(element: Element): Iterable<Component> {
  const key = Object.keys(element).find((name) => name.startsWith("__reactFiber$"));
  const first = key && (element as unknown as Record<string, Component>)[key];
  for (let one = first || null; one !== null; one = one.return) yield one;
}

/** Plain data with an identity of their own, as the service sends them. */
function isRecord(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).some((name) => /(_id|jobId|version)$/.test(name));
}

const isId = (value: unknown): value is string =>
  typeof value === "string" && idsIn(value)[0] === value;

const read = new WeakMap<object, readonly string[]>();

function idsOf(record: object): readonly string[] {
  const ids = read.get(record) ?? idsIn(JSON.stringify(record));
  read.set(record, ids);
  return ids;
}

/** The ids of each record that a component around the link was given, and the id that the nearest one was given. */
function recordsAround(link: Element): (readonly string[])[] {
  const given = [...around(link)]
    .filter(({ type }) => typeof type === "function")
    .map(({ memoizedProps }) =>
      Object.entries(memoizedProps ?? {})
        // what the link itself was given
        .filter(([name]) => !/^(children|params|search|href|to|title)$/.test(name))
        .map(([, value]) => value),
    );
  const nearest = given
    .map((values) => values.filter((value) => isRecord(value) || isId(value)))
    .find((values) => values.length > 0);
  const ids = nearest?.filter(isId) ?? [];
  const records = given.flat().filter(isRecord).map(idsOf);
  return [...records, ids].filter((one) => one.length > 0);
}

const links = (): HTMLAnchorElement[] => [
  ...document.querySelectorAll<HTMLAnchorElement>("#content a[href^='/']"),
];

const targetOf = (link: Element): string => decodeURIComponent(link.getAttribute("href") ?? "");

export function linkFaults(): string[] {
  return links().flatMap((link) => {
    const [text, target] = [link.textContent, targetOf(link)];
    const name = `${text} to ${target}`;
    const faults: string[] = [];
    const { pathname, searchParams } = new URL(target, "http://page");
    const version = searchParams.get("version");
    const jobs = [
      pathname.split("/")[2],
      searchParams.get("from"),
      ...(searchParams.get("runs")?.split(",") ?? []),
    ];
    for (const id of jobs)
      if (id && jobsIn(id)[0] !== id) faults.push(`${name} has no job where one belongs`);
    if (version !== null && versionsIn(version)[0] !== version)
      faults.push(`${name} has no version where one belongs`);
    if (ELSEWHERE.test(text)) return faults;
    const [records, ids] = [recordsAround(link), idsIn(target)];
    if (records.length > 0 && ids.length === 0)
      faults.push(`${name} is not the link of its record`);
    for (const record of records)
      for (const id of ids)
        if (!record.includes(id)) faults.push(`${name} is the link of another record`);
    return faults;
  });
}

/** Each text of a link, and the form of its target. */
export function linkForms(): string[] {
  const formOf = (text: string): string => text.replace(JOB, "job").replace(VERSION, "version");
  return links().map((link) => {
    const text = formOf(link.textContent).replace(/^\d.*/, "…");
    return `${text} -> ${formOf(targetOf(link)).replace(/job(,job)+/, "jobs")}`;
  });
}
