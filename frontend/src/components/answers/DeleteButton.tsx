/** Deletes something after a confirmation. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ActionError } from "../jobs/ActionError.tsx";
import { Dialog } from "./Dialog.tsx";

interface Props {
  label?: string;
  /** What is deleted, as in "Delete this job?". */
  what: string;
  /** What goes with it. */
  consequence: string;
  isPending: boolean;
  error: Error | null;
  onDelete: () => void;
  /** What was deleted; null: nothing yet. */
  deleted: string | null;
  onClosed: () => void;
}

export function DeleteButton(props: Props) {
  const {
    label = "Delete",
    what,
    consequence,
    isPending,
    error,
    onDelete,
    deleted,
    onClosed,
  } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen && deleted !== null && (
        <Dialog title="Deleted" onClose={onClosed}>
          <Stack gap="md">
            <Text size="sm">{deleted}</Text>
            <Group gap="xs">
              <Button size="sm" autoFocus onClick={onClosed}>
                Close
              </Button>
            </Group>
          </Stack>
        </Dialog>
      )}
      {isOpen && deleted === null && (
        <Dialog title={`Delete ${what}?`} onClose={() => setOpen(false)}>
          <Stack gap="md">
            <Text size="sm">{consequence} This cannot be undone.</Text>
            <Group gap="xs">
              <Button size="sm" color="red" loading={isPending} onClick={onDelete}>
                Delete
              </Button>
              <Button size="sm" variant="default" autoFocus onClick={() => setOpen(false)}>
                Keep
              </Button>
            </Group>
            <ActionError error={error} />
          </Stack>
        </Dialog>
      )}
    </>
  );
}
