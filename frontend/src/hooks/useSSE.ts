/** followStream as a hook: the stream is open while the component is mounted. */
import { useEffect, useEffectEvent, useState } from "react";
import { followStream, type StreamState } from "../api/stream.ts";
import type { Handlers, StreamContract } from "../types/jobs.ts";

export interface SSEOptions<Payloads> {
  contract: StreamContract<keyof Payloads & string>;
  /** The contract's path, with its parameters filled in. */
  path: string;
  handlers: Handlers<Payloads>;
}

export function useSSE<Payloads>(options: SSEOptions<Payloads>): StreamState {
  const { contract, path } = options;
  const [state, setState] = useState<StreamState>({ name: "connecting" });
  const handlersNow = useEffectEvent(() => options.handlers);
  useEffect(() => {
    const stop = new AbortController();
    void followStream<Payloads>({
      contract,
      path,
      handlers: handlersNow(),
      onState: setState,
      signal: stop.signal,
    });
    return () => stop.abort();
  }, [contract, path]);
  return state;
}
