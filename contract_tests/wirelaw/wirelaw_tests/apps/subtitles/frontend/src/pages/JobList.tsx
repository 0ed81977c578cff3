import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type JobStatus, listJobs } from "../client";

const STATUSES: { value: JobStatus; label: string }[] = [
  { value: "waiting", label: "In the queue" },
  { value: "working", label: "Being written" },
  { value: "finished", label: "Ready" },
  { value: "cancelled", label: "Cancelled" },
];
const PAGE_SIZE = 20;

export function JobList({ onOpen }: { onOpen: (jobId: string) => void }) {
  const [status, setStatus] = useState<JobStatus>();
  const [page, setPage] = useState(0);
  const { data } = useQuery({
    queryKey: ["jobs", status, page],
    queryFn: async () => {
      const answer = await listJobs({ query: { status, offset: page * PAGE_SIZE, limit: PAGE_SIZE } });
      return answer.data;
    },
  });

  return (
    <nav>
      {STATUSES.map(({ value, label }) => (
        <button key={value} onClick={() => setStatus(value)}>
          {label}
        </button>
      ))}
      {data?.items.map((job) => (
        <button key={job.id} onClick={() => onOpen(job.id)}>
          {job.title}, {job.lines_done} of {job.lines_total}
        </button>
      ))}
      {data !== undefined && data.total > (page + 1) * PAGE_SIZE && (
        <button onClick={() => setPage(page + 1)}>More</button>
      )}
    </nav>
  );
}
