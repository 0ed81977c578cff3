/** The bearer token of this tab: kept for the session, asked for when the service wants one, never in a URL. */

const KEY = "quant-engine-token";

/** Asks the person for a token; `rejected` when the last one was wrong. Null: they gave none. */
export type Ask = (rejected: boolean) => Promise<string | null>;

let asker: Ask | null = null;
let asking: Promise<string | null> | null = null;

export function currentToken(): string | null {
  return sessionStorage.getItem(KEY);
}

/** Say who asks; the page does, once it is there. */
export function onTokenNeeded(ask: Ask | null): void {
  asker = ask;
}

/**
 * A token other than the one that was just refused, or null when there is none to be had.
 * Requests that are refused together share one question.
 */
export async function replaceToken(refused: string | null): Promise<string | null> {
  const current = currentToken();
  if (current !== refused) return current;
  if (asker === null) return null;
  asking ??= asker(refused !== null).finally(() => {
    asking = null;
  });
  const token = await asking;
  if (token !== null) sessionStorage.setItem(KEY, token);
  return token;
}
