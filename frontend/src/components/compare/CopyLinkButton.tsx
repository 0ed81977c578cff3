/** Copies the address of the page. */
import { Button, Group, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

export function CopyLinkButton() {
  const clipboard = useClipboard();
  return (
    <Group gap="sm">
      {clipboard.error !== null && (
        <Text size="sm" role="alert">
          The browser did not allow copying. Copy the address from the address bar.
        </Text>
      )}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => clipboard.copy(window.location.href)}
      >
        {clipboard.copied ? "Copied" : "Copy link"}
      </Button>
    </Group>
  );
}
