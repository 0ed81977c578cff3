/** The state of the tab's one stream, handed from the frame of the page to what shows it. */
import { createContext, useContext } from "react";
import type { StreamState } from "../api/stream.ts";

export const StreamContext = createContext<StreamState>({ name: "connecting" });

export function useStreamState(): StreamState {
  return useContext(StreamContext);
}
