import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { createJob, type JobCreate, type Language } from "../client";
import { problemOf } from "./problem";

const LANGUAGES: Record<Language, string> = { en: "English", fr: "Français", pl: "Polski" };

const EMPTY: JobCreate = {
  title: "",
  script: "",
  language: "en",
  max_chars: 42,
  speaker_labels: false,
};

export function NewJob({ onCreated }: { onCreated: (jobId: string) => void }) {
  const [form, setForm] = useState(EMPTY);
  const create = useMutation({
    mutationFn: async () => {
      const { data, error } = await createJob({ body: form });
      if (error !== undefined) throw new Error(problemOf(error));
      return data;
    },
    onSuccess: (job) => onCreated(job.id),
  });
  const change = (part: Partial<JobCreate>) => setForm((before) => ({ ...before, ...part }));

  return (
    <form onSubmit={(event) => (event.preventDefault(), create.mutate())}>
      <input
        required
        maxLength={120}
        value={form.title}
        onChange={(event) => change({ title: event.target.value })}
      />
      <textarea required value={form.script} onChange={(event) => change({ script: event.target.value })} />
      <select
        value={form.language}
        onChange={(event) => change({ language: event.target.value as Language })}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <input
        type="range"
        name="max_chars"
        min={20}
        max={80}
        value={form.max_chars}
        onChange={(event) => change({ max_chars: event.target.valueAsNumber })}
      />
      <input
        type="checkbox"
        checked={form.speaker_labels}
        onChange={(event) => change({ speaker_labels: event.target.checked })}
      />
      <button type="submit">Translate</button>
      {create.error && <p>{create.error.message}</p>}
    </form>
  );
}
