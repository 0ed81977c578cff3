/** TODO Health. */
import { Text } from "@mantine/core";

export function HealthPage() {
  return <Text>Health</Text>;
}
