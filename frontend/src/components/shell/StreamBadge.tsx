/** The state of the event stream. */
import { Badge, Button, Group } from "@mantine/core";
import { useId } from "react";
import type { StreamState } from "../../api/stream.ts";
import { duration } from "../../format/figures.ts";
import { useNow } from "../../hooks/useNow.ts";

/** After this long without the stream, the badge says Stale. */
const STALE_SECONDS = 10;

interface Look {
  color: string;
  text: string;
  why: string;
}

const LOOKS: Readonly<Record<Exclude<StreamState["name"], "refused">, Look>> = {
  connecting: { color: "gray", text: "Connecting", why: "Opening the event stream." },
  live: { color: "var(--page-strategy)", text: "Live", why: "Every change arrives as it happens." },
  reconnecting: {
    color: "orange.9",
    text: "Reconnecting",
    why: "The event stream was interrupted. What you see may be out of date until it is back.",
  },
  ended: {
    color: "red.9",
    text: "Stale",
    why: "The service closed the event stream. Reload the page.",
  },
};

/** Whether the page has stopped trying to connect. */
const OVER: Readonly<Record<StreamState["name"], boolean>> = {
  connecting: false,
  live: false,
  reconnecting: false,
  ended: true,
  refused: true,
};

export function StreamBadge({ state }: { state: StreamState }) {
  const id = useId();
  const lost = state.name === "reconnecting" ? state.since : null;
  const now = useNow(lost !== null);
  const seconds = lost === null ? 0 : (now - lost) / 1000;
  const { color, text, why } = look(state, seconds);
  return (
    <Group gap="xs">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard reaches the explanation too */}
      <span className="explained" tabIndex={0} aria-describedby={id}>
        <Badge color={color} variant={state.name === "live" ? "dot" : "filled"} role="status">
          {text}
        </Badge>
        <span className="explanation" role="tooltip" id={id}>
          {why}
        </span>
      </span>
      {OVER[state.name] && (
        <Button size="compact-xs" variant="default" onClick={() => location.reload()}>
          Reload
        </Button>
      )}
    </Group>
  );
}

function look(state: StreamState, seconds: number): Look {
  if (state.name === "refused") return { ...LOOKS.ended, why: state.error.message };
  if (state.name !== "reconnecting" || seconds < STALE_SECONDS) return LOOKS[state.name];
  const why = `The connection was lost ${duration(seconds)} ago. The page keeps trying to reconnect.`;
  return { color: "red.9", text: "Stale", why };
}
