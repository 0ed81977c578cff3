/** TODO Model lab. */
import { Text } from "@mantine/core";

export function ModelLabPage() {
  return <Text>Models</Text>;
}
