/** The live list of jobs, with filters. */
import { Anchor, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { PagesResult } from "../api/queries/pages.ts";
import { type JobFilter, useJobIds } from "../api/queries/useJobs.ts";
import { Answer } from "../components/answers/Answer.tsx";
import { Empty } from "../components/answers/Empty.tsx";
import { Pager } from "../components/answers/Pager.tsx";
import { Panel } from "../components/answers/Panel.tsx";
import { JobFilters } from "../components/jobs/JobFilters.tsx";
import { JobMonitor } from "../components/jobs/JobMonitor.tsx";
import { count } from "../format/figures.ts";
import type { JobsSearch } from "./search.ts";

const route = getRouteApi("/jobs");

/** Rows per page: an event renders the visible rows only. */
const SHOWN = 50;

export function JobsPage() {
  const chosen = route.useSearch();
  const filter = useFilter(chosen);
  const list = useJobIds(filter);
  return (
    <Panel title="Jobs" order={1} aside={<Extent list={list} />}>
      <JobFilters chosen={chosen} />
      <Answer query={list} title="The jobs could not be read" height={320}>
        {(ids) =>
          ids.length === 0 && !list.hasNextPage ? (
            <NoJobs chosen={chosen} />
          ) : (
            <JobPages key={JSON.stringify(filter)} ids={ids} list={list} />
          )
        }
      </Answer>
    </Panel>
  );
}

/** The fetched jobs a page at a time; the last page fetches the next ones. */
function JobPages({ ids, list }: { ids: readonly string[]; list: PagesResult<string> }) {
  const [selected, setFirst] = useState(0);
  // there may be fewer jobs now
  const first = selected < ids.length ? selected : 0;
  async function turn(to: number): Promise<void> {
    if (to >= ids.length) await list.fetchNextPage();
    setFirst(to);
  }
  return (
    <>
      <JobMonitor ids={ids.slice(first, first + SHOWN)} />
      <Pager
        label="jobs"
        first={first}
        size={SHOWN}
        total={ids.length}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onTurn={(to) => void turn(to)}
      />
    </>
  );
}

function useFilter({ status, job_type }: JobsSearch): JobFilter {
  return useMemo(
    () => ({ status: status ?? null, job_type: job_type ?? null }),
    [status, job_type],
  );
}

/** The number of fetched jobs. */
function Extent({ list }: { list: PagesResult<string> }) {
  if (list.data === undefined || list.data.length === 0) return null;
  return (
    <Text size="xs" c="dimmed" className="figures">
      {list.hasNextPage ? "The newest " : ""}
      {count(list.data.length)} {list.data.length === 1 ? "job" : "jobs"}
    </Text>
  );
}

function NoJobs({ chosen: { status, job_type } }: { chosen: JobsSearch }) {
  if (status === undefined && job_type === undefined) {
    return (
      <Empty what="No jobs yet">
        Train a model in the{" "}
        <Anchor inherit underline="always" renderRoot={(props) => <Link to="/models" {...props} />}>
          model lab
        </Anchor>
        , then{" "}
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => <Link to="/backtests" {...props} />}
        >
          run a backtest
        </Anchor>{" "}
        with it.
      </Empty>
    );
  }
  return (
    <Empty what="No job matches this filter">
      Jobs that match will appear here.{" "}
      <Anchor
        inherit
        underline="always"
        renderRoot={(props) => <Link to="/jobs" search={{}} {...props} />}
      >
        Show all jobs
      </Anchor>
    </Empty>
  );
}
