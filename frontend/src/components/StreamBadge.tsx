/** Whether what is shown is live. */
import { Badge, Tooltip } from "@mantine/core";
import type { StreamState } from "../api/stream.ts";

const LOOKS: Readonly<Record<StreamState["name"], { color: string; text: string; why: string }>> = {
  connecting: { color: "gray", text: "Connecting", why: "Opening the stream of events." },
  live: { color: "accent", text: "Live", why: "Every change arrives as it happens." },
  reconnecting: {
    color: "orange.9",
    text: "Reconnecting",
    why: "The stream broke off. What you see may be old; nothing will be missed once it is back.",
  },
  ended: {
    color: "gray",
    text: "Ended",
    why: "The service closed the stream. Reload to begin anew.",
  },
  refused: { color: "red.9", text: "Not live", why: "The service refused the stream." },
};

export function StreamBadge({ state }: { state: StreamState }) {
  const { color, text, why } = LOOKS[state.name];
  return (
    <Tooltip label={state.name === "refused" ? state.error.message : why} multiline maw={320}>
      <Badge color={color} variant={state.name === "live" ? "dot" : "filled"} role="status">
        {text}
      </Badge>
    </Tooltip>
  );
}
