/** The bearer token of this tab: stored for the session, requested from the user on a 401, never in a URL. */

const KEY = "quant-engine-token";

/** Prompts the user for a token; `rejected`: the last one was wrong. Null: the user declined. */
export type TokenPrompt = (rejected: boolean) => Promise<string | null>;

let prompt: TokenPrompt | null = null;
let openPrompt: Promise<string | null> | null = null;

export function currentToken(): string | null {
  return sessionStorage.getItem(KEY);
}

/** Set the function that prompts for a token. */
export function setTokenPrompt(newPrompt: TokenPrompt | null): void {
  prompt = newPrompt;
}

/**
 * Return a token other than the refused one; null where the user declines. Requests that are refused at the same
 * time share one prompt.
 */
export async function replaceToken(refused: string | null): Promise<string | null> {
  const current = currentToken();
  if (current !== refused) return current;
  if (prompt === null) return null;
  openPrompt ??= prompt(refused !== null).finally(() => {
    openPrompt = null;
  });
  const token = await openPrompt;
  if (token !== null) sessionStorage.setItem(KEY, token);
  return token;
}
