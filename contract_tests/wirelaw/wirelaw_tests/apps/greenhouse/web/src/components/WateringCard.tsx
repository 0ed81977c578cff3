import { type Watering, type WateringStage } from "@/api/schemas";
import { useWateringEvents } from "@/hooks/useWateringEvents";
import { useStopWatering } from "@/hooks/useWaterings";

const STAGES: Record<WateringStage, string> = {
  queued: "Waiting",
  opening: "Opening valves",
  running: "Watering",
  done: "Done",
  failed: "Stopped early",
};

export function WateringCard({ watering }: { watering: Watering }) {
  const live = useWateringEvents(watering);
  const stop = useStopWatering();

  return (
    <article>
      <h3>
        {watering.bed}: {STAGES[live.stage]}
      </h3>
      <div className="bar" style={{ width: `${Math.round(live.fraction * 100)}%` }} />
      {live.flow !== null && <p>{live.flow.toFixed(1)} l/min</p>}
      {live.openValves.length > 0 && <p>Open: {live.openValves.join(", ")}</p>}
      {live.used !== null && <p>{live.used} l used</p>}
      <small>
        {watering.litres} l, {watering.mode}
        {watering.dry_run ? ", dry run" : ""}, since {new Date(watering.queued_at).toLocaleString()}
      </small>
      {live.stage === "running" && <button onClick={() => stop.mutate(watering.id)}>Stop</button>}
    </article>
  );
}
