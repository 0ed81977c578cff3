type Problem = { detail?: string | { msg: string; loc: (string | number)[] }[] };

/** FastAPI explains a refusal by a sentence, and an invalid form by a list. */
export function problemOf(error: unknown): string {
  const { detail } = error as Problem;
  if (typeof detail === "string") return detail;
  const [first] = detail ?? [];
  return first === undefined ? "Something went wrong" : `${first.loc.at(-1)}: ${first.msg}`;
}
