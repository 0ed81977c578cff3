/** TODO Signals. */
import { Text } from "@mantine/core";

export function SignalsPage() {
  return <Text>Signals</Text>;
}
