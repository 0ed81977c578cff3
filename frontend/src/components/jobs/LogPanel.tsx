/** What a job printed, warned and logged: live while it runs, with the traceback of a failure on top. */
import { Alert, Button, Code, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { isLine, type LogRow, readLog, useLogLines } from "../../api/queries/useLogLines.ts";
import type { StreamState } from "../../api/stream.ts";
import { LOG_LEVEL, type LogLevel, type LogLine } from "../../types/jobLog.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { Panel } from "../answers/Panel.tsx";
import { save } from "../answers/save.ts";
import { LogLines } from "./LogLines.tsx";

const LABELS: Readonly<Record<LogLevel, string>> = {
  debug: "All lines",
  info: "Info and above",
  warning: "Warnings and above",
  error: "Errors and above",
  critical: "Critical only",
};

export function LogPanel({ job }: { job: JobRecord }) {
  const { rows, state } = useLogLines(job.job_id);
  const [least, setLeast] = useState<LogLevel>("debug");
  // deferred, so that many lines in a second do not delay a click
  const shown = useDeferredValue(rows).filter((row) => isShown(row, least));
  return (
    <Panel title="Log" aside={<DownloadButton jobId={job.job_id} />}>
      <Stack gap="sm">
        {state.name === "refused" && (
          <ErrorNotice error={state.error} title="The log could not be read" />
        )}
        {job.error?.code === "job_error" && <Traceback rows={rows} />}
        <Group justify="space-between">
          <NativeSelect
            size="xs"
            aria-label="Lines to show"
            data={LOG_LEVEL.map((level) => ({ value: level, label: LABELS[level] }))}
            value={least}
            onChange={({ currentTarget }) => setLeast(levelOf(currentTarget.value))}
          />
          <Text size="xs" c="dimmed">
            {words(state, job)}
          </Text>
        </Group>
        {shown.length > 0 && <LogLines jobId={job.job_id} rows={shown} />}
        {shown.length === 0 && rows.length > 0 && (
          <Text size="sm" c="dimmed">
            No line has this level. Show all lines to see the others.
          </Text>
        )}
        {rows.length === 0 && state.name !== "refused" && (
          <Text size="sm" c="dimmed">
            {isFinal(job) ? "The job printed nothing." : "Nothing is printed yet."}
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function levelOf(value: string): LogLevel {
  return LOG_LEVEL.find((level) => level === value) ?? "debug";
}

function isShown(row: LogRow, least: LogLevel): boolean {
  if (!isLine(row)) return least === "debug";
  return LOG_LEVEL.indexOf(row.level) >= LOG_LEVEL.indexOf(least);
}

function words(state: StreamState, job: JobRecord): string {
  if (state.name === "reconnecting") return "The connection was lost; trying again";
  return state.name === "live" && !isFinal(job) ? "New lines appear as they are printed" : "";
}

/** The lines of the traceback with which the last attempt ended. */
function Traceback({ rows }: { rows: readonly LogRow[] }) {
  const lines = rows.filter(isLine).filter(({ source }) => source === "traceback");
  const start = lines.findLastIndex(({ text }) => text.startsWith("Traceback"));
  if (start === -1) return null;
  return (
    <Alert color="red" variant="light" title="Traceback of the failure">
      <Code block>
        {lines
          .slice(start)
          .map(({ text }) => text)
          .join("\n")}
      </Code>
    </Alert>
  );
}

function DownloadButton({ jobId }: { jobId: string }) {
  const download = useMutation({
    mutationFn: async () => {
      const text = (await readLog(jobId)).map(asText).join("");
      save(new Blob([text], { type: "text/plain" }), `log-${jobId}.txt`);
    },
  });
  return (
    <>
      {download.error !== null && (
        <ErrorNotice error={download.error} title="The log could not be read" />
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        Download
      </Button>
    </>
  );
}

function asText({ line, attempt, at, level, source, text }: LogLine): string {
  return `${line}\t${attempt}\t${at}\t${level}\t${source}\t${text}\n`;
}
