/** TODO Jobs. */
import { Text } from "@mantine/core";

export function JobsPage() {
  return <Text>Jobs</Text>;
}
