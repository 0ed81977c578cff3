/** Shows the curl command for a job, to copy: browsers allow the clipboard on https and loopback only. */
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useRef, useState } from "react";
import type { JobRecord } from "../../types/jobs.ts";
import { Dialog } from "../answers/Dialog.tsx";
import { curlOf } from "./curl.ts";

export function CurlButton({ job, name }: { job: JobRecord; name: string }) {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-haspopup="dialog"
        onClick={() => setOpened(true)}
      >
        {name}
      </Button>
      {/* mounted when opened: a closed dialog in each of a thousand rows is slow */}
      {opened && (
        <Dialog title="Submit this job from a terminal" onClose={close}>
          <Command text={curlOf(job)} onClose={close} />
        </Dialog>
      )}
    </>
  );
}

type Copying = "not yet" | "done" | "by hand";

const WORDS: Readonly<Record<Copying, string>> = {
  "not yet": "",
  done: "Copied.",
  "by hand": "The browser did not allow copying. The command is selected: press Ctrl+C or ⌘C.",
};

function Command({ text, onClose }: { text: string; onClose: () => void }) {
  const [copying, setCopying] = useState<Copying>("not yet");
  const block = useRef<HTMLPreElement>(null);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setCopying("done");
    } catch {
      if (block.current !== null) getSelection()?.selectAllChildren(block.current);
      setCopying("by hand");
    }
  }
  return (
    <Stack gap="sm">
      <Code block ref={block} tabIndex={0} aria-label="Command" className="command">
        {text}
      </Code>
      <Group gap="sm">
        <Button size="compact-sm" onClick={() => void copy()} autoFocus>
          Copy
        </Button>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Close
        </Button>
        <Text size="xs" c="dimmed" role="status">
          {WORDS[copying]}
        </Text>
      </Group>
    </Stack>
  );
}
