/** Asks for the bearer token when the service wants one. */
import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { onTokenNeeded } from "../../api/token.ts";

interface Question {
  rejected: boolean;
  answer: (token: string | null) => void;
}

export function TokenPrompt() {
  const [question, setQuestion] = useState<Question | null>(null);
  const [token, setToken] = useState("");

  useEffect(() => {
    onTokenNeeded((rejected) => new Promise((answer) => setQuestion({ rejected, answer })));
    return () => onTokenNeeded(null);
  }, []);

  function settle(answer: string | null): void {
    question?.answer(answer);
    setQuestion(null);
    setToken("");
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (token !== "") settle(token);
  }

  return (
    <Modal
      opened={question !== null}
      onClose={() => settle(null)}
      title="This service needs a token"
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            It is the value of QUANT_ENGINE_API_TOKEN, and is kept until this tab closes.
          </Text>
          <PasswordInput
            label="Token"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={question?.rejected === true ? "The service did not accept this token." : null}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={token === ""}>
              Continue
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
