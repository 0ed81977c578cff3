/**
 * Names that may be used in the listed files only: what asks the service without a click, what changes cached
 * answers, and what depends on the machine's time zone. A name that no listed file uses any more fails as well.
 */
import ts from "typescript";

const NOWHERE = [];
const ENTRY = ["src/main.tsx"];
const QUERIES = "src/api/queries";

/** What makes the page ask the service, or run at all, by itself. `tests/asking.test.tsx` counts what they cause. */
const ASKING = {
  setTimeout: [
    "src/api/stream.ts",
    // it draws lines that have come
    `${QUERIES}/useLogLines.ts`,
    "src/components/shell/TokenPrompt.tsx",
  ],
  setInterval: ["src/hooks/useNow.ts"],
  requestAnimationFrame: NOWHERE,
  requestIdleCallback: NOWHERE,
  useInterval: NOWHERE,
  useTimeout: NOWHERE,
  staleTime: ENTRY,
  gcTime: NOWHERE,
  retry: ENTRY,
  retryDelay: NOWHERE,
  retryOnMount: NOWHERE,
  networkMode: ENTRY,
  refetchInterval: [...ENTRY, `${QUERIES}/useSystemHealth.ts`],
  refetchIntervalInBackground: NOWHERE,
  refetchOnMount: NOWHERE,
  refetchOnReconnect: NOWHERE,
  refetchOnWindowFocus: ENTRY,
  setDefaultOptions: NOWHERE,
  setQueryDefaults: NOWHERE,
  setMutationDefaults: NOWHERE,
  QueryClient: [
    ...ENTRY,
    `${QUERIES}/useJobs.ts`,
    `${QUERIES}/useJobLog.ts`,
    "src/hooks/useJobProgress.ts",
  ],
  QueryObserver: NOWHERE,
  fetchQuery: NOWHERE,
  fetchInfiniteQuery: NOWHERE,
  prefetchQuery: NOWHERE,
  prefetchInfiniteQuery: NOWHERE,
  usePrefetchQuery: NOWHERE,
  usePrefetchInfiniteQuery: NOWHERE,
  ensureQueryData: NOWHERE,
  ensureInfiniteQueryData: NOWHERE,
  refetchQueries: NOWHERE,
  resetQueries: [`${QUERIES}/useJobs.ts`],
  invalidateQueries: [
    `${QUERIES}/useJobs.ts`,
    `${QUERIES}/useModels.ts`,
    "src/hooks/useJobProgress.ts",
    "src/hooks/useNewDecisions.ts",
    "src/components/shell/TokenPrompt.tsx",
  ],
  refetch: [
    `${QUERIES}/useJobLog.ts`,
    "src/components/answers/Answer.tsx",
    "src/components/compare/RunHead.tsx",
  ],
  fetchNextPage: ["src/components/answers/OlderButton.tsx", "src/pages/JobsPage.tsx"],
  fetchPreviousPage: NOWHERE,
  defaultPreload: ["src/router.tsx"],
  defaultPreloadDelay: NOWHERE,
  defaultPreloadStaleTime: NOWHERE,
  preload: NOWHERE,
  preloadRoute: NOWHERE,
  loader: NOWHERE,
  beforeLoad: ["src/router.tsx"],
};

/** What changes the cache, or shows something that the service has not sent. */
const WRITING = {
  setQueryData: [`${QUERIES}/useJobs.ts`, `${QUERIES}/useJobLog.ts`],
  setQueriesData: NOWHERE,
  getQueryCache: NOWHERE,
  getMutationCache: NOWHERE,
  hydrate: NOWHERE,
  HydrationBoundary: NOWHERE,
  initialData: NOWHERE,
  initialDataUpdatedAt: NOWHERE,
  placeholderData: NOWHERE,
  keepPreviousData: NOWHERE,
  onMutate: NOWHERE,
  variables: NOWHERE,
  useOptimistic: NOWHERE,
  useMutationState: NOWHERE,
  writeJob: [`${QUERIES}/useJobs.ts`, `${QUERIES}/useJobLog.ts`],
  keepJob: [`${QUERIES}/useJobs.ts`, `${QUERIES}/useCompute.ts`, "src/hooks/useJobProgress.ts"],
  logJob: [`${QUERIES}/useJobLog.ts`, "src/hooks/useJobProgress.ts"],
};

const PARTS = ["Date", "Day", "FullYear", "Hours", "Milliseconds", "Minutes", "Month", "Seconds"];
const LOCAL = [...PARTS.flatMap((part) => [`get${part}`, `set${part}`]), "getTimezoneOffset"];
const TEXTS = ["", "Date", "Time"].map((part) => `toLocale${part}String`);

/** What depends on the time zone of the browser. */
const ZONED = {
  DateTimeFormat: ["src/format/figures.ts"],
  ...Object.fromEntries(
    [...LOCAL, ...TEXTS, "toDateString", "toTimeString"].map((name) => [name, NOWHERE]),
  ),
};

const LISTS = new Map();
for (const [rule, names, why] of [
  ["asking", ASKING, "may ask the service without an event or a click"],
  ["one-writer", WRITING, "may show what neither an answer nor an event said"],
  ["own-zone", ZONED, "depends on the browser's zone; format/figures.ts formats times"],
]) {
  for (const [name, files] of Object.entries(names)) LISTS.set(name, { rule, files, why });
}

/** Any use of a listed name, as a name or as a key. */
export function* listedNames(node, path) {
  const name = ts.isIdentifier(node) || isKey(node) ? node.text : null;
  const list = name === null ? undefined : LISTS.get(name);
  if (list !== undefined && !list.files.includes(path)) {
    yield `${name} ${list.why}; lint/listed-names.mjs lists the files that may use it [wire/${list.rule}]`;
  }
  if (ts.isCallExpression(node)) yield* inRender(node);
  if (ts.isNewExpression(node) && node.expression.getText() === "Date") {
    if ((node.arguments?.length ?? 0) > 1) {
      yield "a Date of several numbers is a time of the browser's zone; use Date.UTC [wire/own-zone]";
    }
  }
}

const HOOK = /^use(Layout|Insertion)?Effect$/;

/** What runs at each render: a call in the body of a component or a hook, or an effect without dependencies. */
function* inRender(call) {
  const name = (call.expression.name ?? call.expression).text;
  if (HOOK.test(name) && call.arguments.length < 2) {
    yield `${name} has no list of dependencies, so it runs after each render [wire/asking]`;
  }
  if (LISTS.get(name)?.rule === "own-zone" || !LISTS.has(name)) return;
  const caller = ts.findAncestor(call, ts.isFunctionLike);
  if (/^(use)?[A-Z]/.test(caller?.name?.text ?? "")) {
    yield `${name} is called at each render; call it at an event or in an effect [wire/asking]`;
  }
}

function isKey(node) {
  if (!ts.isStringLiteralLike(node)) return false;
  const { parent } = node;
  return (
    ts.isElementAccessExpression(parent) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** Entries of the lists that have no effect. */
export function* staleEntries(files) {
  for (const [name, { files: listed }] of LISTS) {
    for (const path of listed) {
      const text = files.get(path);
      if (text !== undefined && !new RegExp(`\\b${name}\\b`).test(text)) {
        yield `frontend/${path}:1:1: ${name} is no longer used here; remove the entry from lint/listed-names.mjs [wire/listed-names]`;
      }
    }
  }
}
