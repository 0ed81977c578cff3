import { useState } from "react";
import { messageOf } from "@/api/client";
import { type WateringMode, wateringMode, wateringRequest } from "@/api/schemas";
import { useBeds, useStartWatering } from "@/hooks/useWaterings";

export function WateringForm() {
  const beds = useBeds();
  const start = useStartWatering();
  const [form, setForm] = useState({ bed: "", litres: 12, mode: "drip" as WateringMode, dry_run: false });
  const checked = wateringRequest.safeParse(form);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (checked.success) start.mutate(checked.data);
      }}
    >
      <select value={form.bed} onChange={(event) => setForm({ ...form, bed: event.target.value })}>
        {beds.data?.map((bed) => (
          <option key={bed.name} value={bed.name}>
            {bed.crop}, {Math.round(bed.moisture * 100)} % moist
          </option>
        ))}
      </select>
      <input
        type="number"
        max={200}
        value={form.litres}
        onChange={(event) => setForm({ ...form, litres: Number(event.target.value) })}
      />
      {wateringMode.options.map((mode) => (
        <label key={mode}>
          <input type="radio" checked={form.mode === mode} onChange={() => setForm({ ...form, mode })} />
          {mode}
        </label>
      ))}
      <input
        type="checkbox"
        checked={form.dry_run}
        onChange={(event) => setForm({ ...form, dry_run: event.target.checked })}
      />
      <button disabled={!checked.success || start.isPending}>Water</button>
      {start.isError && <p role="alert">{messageOf(start.error)}</p>}
    </form>
  );
}
