/** The steps of a research cycle: outcome, reason and evidence of each. */
import { Group, Stack, Text, Title } from "@mantine/core";
import type { Decision } from "../../types/autopilot.ts";
import { Evidence } from "./Evidence.tsx";
import { STEP_WORDS, STEPS, type Step, stepOutcome, type Tone } from "./steps.ts";

interface Props {
  decisions: readonly Decision[];
  /** Whether the cycle has finished. */
  over: boolean;
}

export function CycleSteps({ decisions, over }: Props) {
  const byStep = new Map(decisions.map((decision) => [decision.step, decision]));
  return (
    <ol className="steps">
      {STEPS.map((step) => {
        const decision = byStep.get(step);
        return (
          <li key={step}>
            {decision === undefined ? (
              <Unreached step={step} over={over} />
            ) : (
              <Decided decision={decision} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Decided({ decision }: { decision: Decision }) {
  const { words, tone } = stepOutcome(decision);
  return (
    <>
      <Marker tone={tone} />
      <Stack gap={6}>
        <Group gap="xs" align="baseline">
          <StepTitle step={decision.step} />
          <Text size="sm" fw={600} c={TONE_COLOURS[tone]}>
            {words}
          </Text>
        </Group>
        <Text size="sm">{decision.reason}</Text>
        <Evidence decision={decision} />
      </Stack>
    </>
  );
}

function Unreached({ step, over }: { step: Step; over: boolean }) {
  return (
    <>
      <Marker tone="left" />
      <Group gap="xs" align="baseline">
        <StepTitle step={step} />
        <Text size="sm" c="dimmed">
          {over ? "Skipped" : "Not reached yet"}
        </Text>
      </Group>
    </>
  );
}

function StepTitle({ step }: { step: Step }) {
  const { title, question } = STEP_WORDS[step];
  return (
    <Title order={3} size="h5" title={question}>
      {title}
    </Title>
  );
}

const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  acted: "var(--page-gain)",
  left: "dimmed",
  attention: "var(--page-caution)",
};

/** A disc, a ring or a triangle; the colour only repeats what the shape shows. */
function Marker({ tone }: { tone: Tone }) {
  return (
    <svg className="step-marker" data-tone={tone} viewBox="0 0 16 16" aria-hidden="true">
      {tone === "attention" ? (
        <path d="M8 2 15 14H1z" fill="currentColor" />
      ) : (
        <circle
          cx="8"
          cy="8"
          r="5"
          fill={tone === "acted" ? "currentColor" : "none"}
          stroke="currentColor"
          strokeWidth="2"
        />
      )}
    </svg>
  );
}
