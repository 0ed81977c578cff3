import { useMutation, useQuery } from "@tanstack/react-query";
import { cancelJob, getJob, type Job, updateJob } from "../client";
import { useJobProgress } from "../state/stream";

export function JobView({ jobId }: { jobId: string }) {
  const query = useQuery({
    queryKey: ["jobs", jobId],
    queryFn: async () => (await getJob({ path: { job_id: jobId }, throwOnError: true })).data,
  });
  return query.data ? <JobDetail job={query.data} /> : <p>Loading</p>;
}

function JobDetail({ job }: { job: Job }) {
  const progress = useJobProgress(job.id);
  const cancel = useMutation({ mutationFn: () => cancelJob({ path: { job_id: job.id } }) });
  const pin = useMutation({
    mutationFn: () => updateJob({ path: { job_id: job.id }, body: { pinned: !job.pinned } }),
  });

  return (
    <main>
      <h1>{job.title}</h1>
      <p>
        {job.language}, {job.max_chars} characters{job.speaker_labels ? ", with speakers" : ""}
      </p>
      <progress value={progress.lines.length} max={progress.total || job.lines_total} />
      <p>
        {progress.outcome}: {progress.music} with music, {progress.empty} empty
      </p>
      <ol>
        {progress.lines.map(({ index, text, sure }) => (
          <li key={index} title={`${Math.round(sure * 100)} % sure`}>
            {text}
          </li>
        ))}
      </ol>
      <button onClick={() => pin.mutate()}>{job.pinned ? "Unpin" : "Pin"}</button>
      {job.status === "working" && <button onClick={() => cancel.mutate()}>Cancel</button>}
    </main>
  );
}
