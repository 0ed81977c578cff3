/** stream.ts as a hook: open while mounted, with the handlers that there were when it was opened. */
import { useEffect, useEffectEvent, useState } from "react";
import { followStream, type StreamState } from "../api/stream.ts";
import type { Handlers, StreamContract } from "../types/jobs.ts";

export interface SSEOptions<Payloads> {
  contract: StreamContract<keyof Payloads & string>;
  /** The contract's path with its braces filled. */
  path: string;
  handlers: Handlers<Payloads>;
  onState?: (state: StreamState) => void;
}

export function useSSE<Payloads>(options: SSEOptions<Payloads>): StreamState {
  const { contract, path } = options;
  const [state, setState] = useState<StreamState>({ name: "connecting" });
  const handlersNow = useEffectEvent(() => options.handlers);
  const announce = useEffectEvent((next: StreamState) => {
    setState(next);
    options.onState?.(next);
  });
  useEffect(() => {
    const stop = new AbortController();
    void followStream<Payloads>({
      contract,
      path,
      handlers: handlersNow(),
      onState: announce,
      signal: stop.signal,
    });
    return () => stop.abort();
  }, [contract, path]);
  return state;
}
