/** TODO Compare. */
import { Text } from "@mantine/core";

export function ComparePage() {
  return <Text>Compare</Text>;
}
