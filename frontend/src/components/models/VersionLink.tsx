/** A link to the details of a model version. */
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";

interface Props {
  /** Null: no model. */
  version: string | null;
  /** Whether its details are shown. */
  chosen?: boolean;
}

export function VersionLink({ version, chosen = false }: Props) {
  if (version === null) return "none";
  return (
    <Anchor
      size="sm"
      className="unbroken"
      ff="monospace"
      underline="always"
      {...(chosen ? { "aria-current": "true", fw: 700 } : {})}
      renderRoot={(props) => (
        <Link to="/models" search={{ tab: "versions", version }} resetScroll={false} {...props} />
      )}
    >
      {version}
    </Anchor>
  );
}
