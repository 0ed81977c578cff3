import { useEffect, useState } from "react";
import { type Watering, type WateringStage } from "@/api/schemas";

export interface Live {
  stage: WateringStage;
  fraction: number;
  flow: number | null;
  openValves: string[];
  used: number | null;
}

interface Snapshot {
  stage: WateringStage;
  fraction: number;
}

/** Follows a watering until it has finished; EventSource connects again by itself. */
export function useWateringEvents({ id, stage, fraction }: Watering): Live {
  const [live, setLive] = useState<Live>({ stage, fraction, flow: null, openValves: [], used: null });

  useEffect(() => {
    const source = new EventSource(`/api/waterings/${id}/events`);
    const update = (change: Partial<Live>) => setLive((before) => ({ ...before, ...change }));

    source.addEventListener("snapshot", (event: MessageEvent<string>) => {
      const data: Snapshot = JSON.parse(event.data);
      update({ stage: data.stage, fraction: data.fraction });
    });
    source.addEventListener("valve", (event: MessageEvent<string>) => {
      const data = JSON.parse(event.data) as { valve: string; open: boolean };
      update({ stage: "running", openValves: data.open ? [data.valve] : [] });
    });
    source.addEventListener("flow", (event: MessageEvent<string>) => {
      const data = JSON.parse(event.data);
      update({ fraction: data.fraction, flow: data.litres_per_minute });
    });
    source.addEventListener("finished", (event: MessageEvent<string>) => {
      const { stage, litres } = JSON.parse(event.data);
      update({ stage, used: litres, openValves: [] });
      source.close();
    });
    return () => source.close();
  }, [id]);

  return live;
}
