/** The steps of a research cycle and their outcomes, in words. */
import type { Decision } from "../../types/autopilot.ts";

export type Step = Decision["step"];
export type DecisionOf<S extends Step> = Extract<Decision, { step: S }>;

/** Whether the step changed something, left it unchanged, or needs attention. */
export type Tone = "acted" | "left" | "attention";

export interface Outcome {
  words: string;
  tone: Tone;
}

interface StepWords {
  title: string;
  question: string;
}

/** In the order of a cycle. */
export const STEP_WORDS: Readonly<Record<Step, StepWords>> = {
  refresh: { title: "Refresh", question: "Is there new data?" },
  score: { title: "Score", question: "Does the model still rank as well as before?" },
  retrain: { title: "Retrain", question: "Does it need a new version?" },
  candidates: { title: "Candidates", question: "Which rules beat chance?" },
  promote: { title: "Promote", question: "What is in force from now on?" },
  trade: { title: "Trade", question: "What was traded on paper?" },
};

function isStep(name: string): name is Step {
  return name in STEP_WORDS;
}

export const STEPS: readonly Step[] = Object.keys(STEP_WORDS).filter(isStep);

const OUTCOMES: { readonly [S in Step]: Readonly<Record<DecisionOf<S>["outcome"], Outcome>> } = {
  refresh: {
    new_sessions: { words: "New sessions", tone: "acted" },
    no_new_sessions: { words: "No new sessions", tone: "left" },
  },
  score: {
    holds: { words: "The model holds", tone: "left" },
    decayed: { words: "The model has decayed", tone: "attention" },
    unknown: { words: "Too few outcomes to tell", tone: "left" },
    absent: { words: "There is no model yet", tone: "attention" },
  },
  retrain: {
    trained: { words: "A new version was trained", tone: "acted" },
    reused: { words: "An existing version was used", tone: "acted" },
    kept: { words: "The model is kept", tone: "left" },
  },
  candidates: {
    some_accepted: { words: "Some rules beat chance", tone: "acted" },
    none_accepted: { words: "No rules beat chance", tone: "left" },
  },
  promote: {
    promoted: { words: "Promoted", tone: "acted" },
    kept: { words: "What is in force stays", tone: "left" },
    rejected: { words: "The new version was rejected", tone: "attention" },
  },
  trade: {
    traded: { words: "Traded on paper", tone: "acted" },
    nothing_new: { words: "Nothing new to trade", tone: "left" },
    nothing_in_force: { words: "Nothing is in force", tone: "attention" },
  },
};

export function stepOutcome(decision: Decision): Outcome {
  switch (decision.step) {
    case "refresh":
      return OUTCOMES.refresh[decision.outcome];
    case "score":
      return OUTCOMES.score[decision.outcome];
    case "retrain":
      return OUTCOMES.retrain[decision.outcome];
    case "candidates":
      return OUTCOMES.candidates[decision.outcome];
    case "promote":
      return OUTCOMES.promote[decision.outcome];
    case "trade":
      return OUTCOMES.trade[decision.outcome];
  }
}

/** Why the cycle retrains the model. */
export function causeOf(cause: DecisionOf<"retrain">["causes"][number]): string {
  switch (cause) {
    case "absent":
      return "there was no model";
    case "stale":
      return "it was stale";
    case "decayed":
      return "its ranking had decayed";
    case "revised":
      return "its prices were revised";
    case "universe":
      return "the names changed";
    case "years":
      return "it covered too few years";
  }
}
