/** The finished backtests, newest first, with checkboxes to compare them. */
import { Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useBacktests } from "../../api/queries/useBacktests.ts";
import { MOST_RUNS } from "../../pages/search.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { OlderButton } from "../answers/OlderButton.tsx";
import { BacktestsTable } from "./BacktestsTable.tsx";

/** @param initial job ids of the backtests that are selected at first. */
export function BacktestPicker({ initial }: { initial: readonly string[] }) {
  const backtests = useBacktests();
  const [picked, setPicked] = useState<readonly string[]>(initial);
  function toggle(jobId: string): void {
    setPicked((ids) => (ids.includes(jobId) ? ids.filter((id) => id !== jobId) : [...ids, jobId]));
  }
  return (
    <Answer query={backtests} title="The backtests could not be read" height={320}>
      {(items) =>
        items.length === 0 ? (
          <NothingYet />
        ) : (
          <>
            <CompareLine picked={picked} onClear={() => setPicked([])} />
            <BacktestsTable items={items} picked={picked} onToggle={toggle} />
            <OlderButton list={backtests} />
          </>
        )
      }
    </Answer>
  );
}

function NothingYet() {
  return (
    <Empty what="No backtest has finished yet">
      Train a model first, with the button in the form on the Backtests page. Then run a backtest:
      its result is listed here.
    </Empty>
  );
}

function CompareLine({ picked, onClear }: { picked: readonly string[]; onClear: () => void }) {
  const enough = picked.length > 1;
  const line = useRef<HTMLDivElement>(null);
  function clear(): void {
    onClear();
    // the button disappears
    line.current?.focus();
  }
  return (
    <Group ref={line} tabIndex={-1} gap="sm" mih={30} mb="xs">
      {enough && (
        <Button
          size="compact-sm"
          renderRoot={(props) => (
            <Link to="/compare" search={{ runs: picked.join(",") }} {...props} />
          )}
        >
          Compare {picked.length}
        </Button>
      )}
      {picked.length > 0 && (
        <Button size="compact-sm" variant="default" onClick={clear}>
          Clear
        </Button>
      )}
      <Text size="sm" c="dimmed" role="status">
        {hint(picked.length)}
      </Text>
    </Group>
  );
}

function hint(picked: number): string {
  if (picked === 0) return `Pick two to ${MOST_RUNS} of them to compare.`;
  if (picked === 1) return "One is picked; pick another to compare.";
  return picked < MOST_RUNS ? "" : `At most ${MOST_RUNS} can be compared.`;
}
