/** The figures behind the decision of a step. */
import { Code } from "@mantine/core";
import { coefficient, count, finePercent, money, ratio } from "../../format/figures.ts";
import type { Decision } from "../../types/autopilot.ts";
import { Facts } from "../answers/Facts.tsx";
import { VersionLink } from "../models/VersionLink.tsx";
import { CandidatesEvidence } from "./CandidatesEvidence.tsx";
import { PromoteEvidence } from "./PromoteEvidence.tsx";
import { causeOf, type DecisionOf } from "./steps.ts";

export function Evidence({ decision }: { decision: Decision }) {
  switch (decision.step) {
    case "refresh":
      return <RefreshEvidence decision={decision} />;
    case "score":
      return <ScoreEvidence decision={decision} />;
    case "retrain":
      return <RetrainEvidence decision={decision} />;
    case "candidates":
      return <CandidatesEvidence decision={decision} />;
    case "promote":
      return <PromoteEvidence decision={decision} />;
    case "trade":
      return <TradeEvidence decision={decision} />;
  }
}

function RefreshEvidence({ decision }: { decision: DecisionOf<"refresh"> }) {
  const { last_date, n_new_sessions, n_problems, data_fingerprint } = decision;
  return (
    <Facts
      facts={[
        { name: "Last bar", value: last_date },
        { name: "New sessions", meaning: "Since the previous cycle", value: count(n_new_sessions) },
        {
          name: "Problems in the prices",
          meaning: "Found by the price checks, and tolerated",
          value: count(n_problems),
        },
        { name: "Data fingerprint", value: <Fingerprint text={data_fingerprint} /> },
      ]}
    />
  );
}

function ScoreEvidence({ decision }: { decision: DecisionOf<"score"> }) {
  const { model_version, n_sessions, rank_ic, rank_ic_t, usual_rank_ic } = decision;
  const { disagreement, usual_disagreement } = decision;
  return (
    <Facts
      facts={[
        { name: "Model", value: <VersionLink version={model_version} /> },
        {
          name: "Sessions",
          meaning: "Recent sessions with a known outcome",
          value: count(n_sessions),
        },
        {
          name: "Rank IC",
          meaning: "Mean over these sessions",
          value: `${coefficient(rank_ic)} (t ${ratio(rank_ic_t)})`,
        },
        {
          name: "Usual rank IC",
          meaning: "Mean over all earlier predictions of the model",
          value: coefficient(usual_rank_ic),
        },
        {
          name: "Disagreement",
          meaning: "Between the members of the model, on the last session",
          value: finePercent(disagreement),
        },
        { name: "Usual disagreement", value: finePercent(usual_disagreement) },
      ]}
    />
  );
}

function RetrainEvidence({ decision }: { decision: DecisionOf<"retrain"> }) {
  const { causes, model_version, rank_ic, rank_ic_t, prediction_fingerprint } = decision;
  return (
    <Facts
      facts={[
        {
          name: "Causes",
          value: causes.length === 0 ? "none" : causes.map(causeOf).join("; "),
        },
        {
          name: "Model of the candidates",
          value: <VersionLink version={model_version} />,
        },
        {
          name: "Rank IC",
          meaning: "Of its out-of-sample predictions",
          value: `${coefficient(rank_ic)} (t ${ratio(rank_ic_t)})`,
        },
        { name: "Prediction fingerprint", value: <Fingerprint text={prediction_fingerprint} /> },
      ]}
    />
  );
}

function TradeEvidence({ decision }: { decision: DecisionOf<"trade"> }) {
  const { as_of, n_sessions, n_fills, n_pending, equity } = decision;
  return (
    <Facts
      facts={[
        { name: "As of", meaning: "Last session of the account", value: as_of ?? "–" },
        { name: "Sessions", meaning: "Since the previous cycle", value: count(n_sessions) },
        { name: "Fills", value: count(n_fills) },
        { name: "Orders for the next session", value: count(n_pending) },
        { name: "Equity", value: money(equity) },
      ]}
    />
  );
}

/** Shortened; the tooltip has all of it. */
function Fingerprint({ text }: { text: string }) {
  return <Code title={text}>{text.slice(0, 12)}</Code>;
}
