/** A list of named values. */
import type { ReactNode } from "react";
import type { Parameter } from "../jobs/parameters.ts";

export interface Fact {
  name: string;
  /** Explanation of the name, shown as a tooltip. */
  meaning?: string;
  /** Never empty: a missing value has a text of its own. */
  value: NonNullable<ReactNode>;
}

interface Props {
  facts: readonly Fact[];
  /** One line for each, for long values such as hashes and lists of names. */
  lines?: boolean;
}

export function Facts({ facts, lines = false }: Props) {
  return (
    <dl className={`${lines ? "fact-lines" : "fact-grid"} figures`}>
      {facts.map(({ name, meaning, value }) => (
        <div key={name} title={meaning}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Parameters of a job as facts. */
export function parameterFacts(parameters: readonly Parameter[]): Fact[] {
  return parameters.map(({ label, description, value }) => ({
    name: label,
    meaning: description,
    value,
  }));
}
