/** The dialog for the bearer token, which opens when the service requires one; a bar reopens it after "Not now". */
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useEffectEvent, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { currentToken, replaceToken, setTokenPrompt } from "../../api/token.ts";
import { Dialog } from "../answers/Dialog.tsx";

interface Question {
  rejected: boolean;
  answer: (token: string | null) => void;
}

export function TokenPrompt() {
  const [question, setQuestion] = useState<Question | null>(null);
  const [declined, setDeclined] = useState(false);
  const client = useQueryClient();

  const promptForToken = useEffectEvent((rejected: boolean): Promise<string | null> => {
    // only a request caused by a user action reopens the dialog after "Not now"
    if (declined && !navigator.userActivation.isActive) return Promise.resolve(null);
    return new Promise((answer) => setQuestion({ rejected, answer }));
  });
  useEffect(() => {
    setTokenPrompt((rejected) => promptForToken(rejected));
    return () => setTokenPrompt(null);
  }, []);

  function settle(token: string | null): void {
    question?.answer(token);
    setQuestion(null);
    setDeclined(token === null);
    // queries that were refused without a token are sent again once the token is stored
    if (token !== null && declined) setTimeout(() => void client.invalidateQueries(REFUSED));
  }

  return (
    <>
      {declined && <TokenBar />}
      {question !== null && (
        <Dialog title="This service needs a token" onClose={() => settle(null)}>
          <TokenForm rejected={question.rejected} onSettle={settle} />
        </Dialog>
      )}
    </>
  );
}

const REFUSED = {
  predicate: ({ state }: { state: { error: unknown } }): boolean =>
    state.error instanceof ApiError && state.error.code === "unauthorized",
};

interface FormProps {
  rejected: boolean;
  onSettle: (token: string | null) => void;
}

function TokenForm({ rejected, onSettle }: FormProps) {
  const [token, setToken] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (token !== "") onSettle(token);
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          Enter the API token that the service was started with. This tab keeps it until it closes.
        </Text>
        <TextInput
          type="password"
          autoComplete="off"
          label="Token"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={rejected ? "The service did not accept this token." : null}
          autoFocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onSettle(null)}>
            Not now
          </Button>
          <Button type="submit" disabled={token === ""}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Shown on every page until a token is entered. */
function TokenBar() {
  async function enter(): Promise<void> {
    // reload, so that the stream and refused queries start with the token
    if ((await replaceToken(currentToken())) !== null) location.reload();
  }
  return (
    <aside className="token-bar" aria-label="Token">
      <Text size="sm">The service needs a token before it answers.</Text>
      <Button size="compact-sm" onClick={() => void enter()}>
        Enter the token
      </Button>
    </aside>
  );
}
