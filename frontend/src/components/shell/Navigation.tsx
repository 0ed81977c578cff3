/** Links to the pages. */
import { Anchor, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";

const PLACES = [
  ["/backtests", "Backtests"],
  ["/compare", "Compare"],
  ["/jobs", "Jobs"],
  ["/models", "Models"],
  ["/signals", "Signals"],
  ["/autopilot", "Autopilot"],
  ["/health", "Health"],
] as const;

export function Navigation() {
  return (
    <Group component="nav" gap={4} ml={{ base: "-0.6rem", sm: 0 }} aria-label="Pages">
      {PLACES.map(([to, name]) => (
        <Anchor
          key={to}
          size="sm"
          underline="never"
          className="place"
          renderRoot={(props) => <Link to={to} {...props} />}
        >
          {name}
        </Anchor>
      ))}
      <Anchor href="/docs" size="sm" underline="never" className="place">
        API
      </Anchor>
    </Group>
  );
}
