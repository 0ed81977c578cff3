/** TODO Autopilot. */
import { Text } from "@mantine/core";

export function AutopilotPage() {
  return <Text>Autopilot</Text>;
}
