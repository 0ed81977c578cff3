/** TODO Job. */
import { Text } from "@mantine/core";

export function JobPage() {
  return <Text>Job</Text>;
}
