import { fetchEventSource } from "@microsoft/fetch-event-source";
import { useEffect, useReducer } from "react";
import { initialProgress, type JobEvent, progressReducer } from "./progress";

const eventsUrl = (jobId: string) => `/api/v1/jobs/${jobId}/events`;

export function useJobProgress(jobId: string) {
  const [progress, dispatch] = useReducer(progressReducer, initialProgress);

  useEffect(() => {
    const controller = new AbortController();
    void fetchEventSource(eventsUrl(jobId), {
      signal: controller.signal,
      openWhenHidden: true,
      onmessage(message) {
        dispatch(JSON.parse(message.data) as JobEvent);
      },
      onerror(error) {
        // thrown, or it would connect again for ever
        throw error;
      },
    });
    return () => controller.abort();
  }, [jobId]);

  return progress;
}
