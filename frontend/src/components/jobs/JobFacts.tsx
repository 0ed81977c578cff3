/** The times, the attempt, the revision and the id of a job. */
import { Code, Text } from "@mantine/core";
import { runSeconds, waitedSeconds } from "../../format/derived.ts";
import { duration, toTheSecond } from "../../format/figures.ts";
import type { JobRecord } from "../../types/jobs.ts";
import { type Fact, Facts } from "../answers/Facts.tsx";

const NOT_YET = "–";

export function JobFacts({ job }: { job: JobRecord }) {
  const { created_at, started_at, completed_at, attempt, revision, job_id } = job;
  const facts: Fact[] = [
    { name: "Submitted", value: toTheSecond(created_at) },
    {
      name: "Started",
      meaning: "Start of the current attempt",
      value: started_at === null ? NOT_YET : toTheSecond(started_at),
    },
    { name: "Ended", value: completed_at === null ? NOT_YET : toTheSecond(completed_at) },
    {
      name: "Waited",
      meaning: "From submission to the start of the current attempt",
      value: duration(waitedSeconds(job)),
    },
    { name: "Duration", value: duration(runSeconds(job)) },
    { name: "Attempt", meaning: "0 before the first start", value: attempt },
    { name: "Revision", meaning: "Increases by one with each entry of the log", value: revision },
  ];
  return (
    <>
      <Facts facts={facts} />
      <Text size="xs" c="dimmed">
        Job id <Code className="unbroken">{job_id}</Code>
      </Text>
    </>
  );
}
