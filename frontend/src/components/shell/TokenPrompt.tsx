/** Asks for the bearer token when the service wants one: once, and then when the person wants to give one. */
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useEffectEvent, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { currentToken, onTokenNeeded, replaceToken } from "../../api/token.ts";
import { Dialog } from "../answers/Dialog.tsx";

interface Question {
  rejected: boolean;
  answer: (token: string | null) => void;
}

export function TokenPrompt() {
  const [question, setQuestion] = useState<Question | null>(null);
  const [declined, setDeclined] = useState(false);
  const client = useQueryClient();

  const ask = useEffectEvent((rejected: boolean): Promise<string | null> => {
    // a request that nobody made by hand does not bring back what was closed
    if (declined && !navigator.userActivation.isActive) return Promise.resolve(null);
    return new Promise((answer) => setQuestion({ rejected, answer }));
  });
  useEffect(() => {
    onTokenNeeded((rejected) => ask(rejected));
    return () => onTokenNeeded(null);
  }, []);

  function settle(token: string | null): void {
    question?.answer(token);
    setQuestion(null);
    setDeclined(token === null);
    // what was refused for want of a token is asked for again once the token is kept
    if (token !== null && declined) setTimeout(() => void client.invalidateQueries(REFUSED));
  }

  return (
    <>
      {declined && question === null && <TokenBar />}
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
          It is the value of QUANT_ENGINE_API_TOKEN, and is kept until this tab closes.
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

/** Stays on every page until a token is given. */
function TokenBar() {
  async function enter(): Promise<void> {
    // the stream, and whatever else was refused, begins anew with the token
    if ((await replaceToken(currentToken())) !== null) location.reload();
  }
  return (
    <aside className="token-bar" aria-label="Token">
      <Text size="sm">Nothing can be read without the service's token.</Text>
      <Button size="compact-sm" onClick={() => void enter()}>
        Enter the token
      </Button>
    </aside>
  );
}
