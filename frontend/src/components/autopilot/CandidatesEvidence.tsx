/** The candidate rules of a cycle, and which of them beat chance. */
import { Stack, Text } from "@mantine/core";
import { count, percent, probability, ratio } from "../../format/figures.ts";
import type { Candidate } from "../../types/autopilot.ts";
import { Facts } from "../answers/Facts.tsx";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import type { DecisionOf } from "./steps.ts";

/** Rows shown at first; the best candidates come first. */
const SHOWN = 6;

const COLUMNS: readonly Column<Candidate>[] = [
  {
    name: "Accepted",
    cell: ({ accepted }) => (
      <Text
        size="sm"
        inherit
        fw={accepted ? 700 : 400}
        c={accepted ? "var(--page-gain)" : "dimmed"}
      >
        {accepted ? "✓ yes" : "no"}
      </Text>
    ),
  },
  {
    name: "Excess Sharpe",
    meaning: "Per year, over holding the universe as much as it did",
    numeric: true,
    cell: ({ excess_sharpe }) => ratio(excess_sharpe),
  },
  {
    name: "Skill",
    meaning: "Probability that this is more than the best of all trials by chance",
    numeric: true,
    cell: ({ skill_probability }) => probability(skill_probability),
  },
  { name: "Sharpe", numeric: true, cell: ({ sharpe }) => ratio(sharpe) },
  { name: "Trades", numeric: true, cell: ({ n_trades }) => count(n_trades) },
  {
    name: "Held, days",
    numeric: true,
    cell: ({ holding_period }) => count(holding_period),
  },
  {
    name: "Entry above",
    meaning: "An entry needs a predicted return above this",
    numeric: true,
    cell: ({ entry_threshold }) => percent(entry_threshold),
  },
  {
    name: "Size",
    meaning: "Fraction of equity per entry",
    numeric: true,
    cell: ({ position_size }) => percent(position_size),
  },
  {
    name: "Risk rules",
    meaning: "Stop-loss, volatility target and drawdown breaker",
    cell: ({ risk_management }) => (risk_management ? "on" : "off"),
  },
];

function keyOf(candidate: Candidate): string {
  const { holding_period, entry_threshold, position_size, risk_management } = candidate;
  return [holding_period, entry_threshold, position_size, risk_management].join(" ");
}

export function CandidatesEvidence({ decision }: { decision: DecisionOf<"candidates"> }) {
  const { first_date, last_date, n_trials, candidates } = decision;
  return (
    <Stack gap="xs">
      <Facts
        facts={[
          {
            name: "Evaluated on",
            meaning: "Later sessions are held out",
            value: `${first_date} to ${last_date}`,
          },
          {
            name: "Trials counted",
            meaning: "These, and those of earlier cycles with other model versions",
            value: count(n_trials),
          },
          {
            name: "Accepted",
            value: `${count(candidates.filter(({ accepted }) => accepted).length)} of ${count(candidates.length)}`,
          },
        ]}
      />
      {candidates.length > 0 && (
        <LongTable
          label="Candidates, best first"
          columns={COLUMNS}
          rows={candidates}
          keyOf={keyOf}
          minWidth={700}
          size={SHOWN}
        />
      )}
      <Text size="xs" c="dimmed">
        Excess Sharpe is over holding the universe as much as the rules did. Skill is the
        probability that this is more than the best of all trials would reach by chance.
      </Text>
    </Stack>
  );
}
