/** Figures and other facts, each under its name. */
import type { ReactNode } from "react";
import type { Parameter } from "../jobs/parameters.ts";

export interface Fact {
  name: string;
  /** More about the name, for who points at it. */
  meaning?: string;
  /** Something to see: what is not there has a word of its own. */
  value: NonNullable<ReactNode>;
}

interface Props {
  facts: readonly Fact[];
  /** A line each, for what is long, such as hashes and lists of names. */
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

/** What a job was asked for, as facts. */
export function parameterFacts(parameters: readonly Parameter[]): Fact[] {
  return parameters.map(({ label, description, value }) => ({
    name: label,
    meaning: description,
    value,
  }));
}
