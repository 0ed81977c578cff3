/** Renders hooks and components in tests, with a query cache and the page's providers. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, render } from "@testing-library/react";
import type { ReactNode } from "react";

configure({ asyncUtilTimeout: Number(process.env["WAIT_MS"]) });

export interface Providers {
  client: QueryClient;
  wrapper: (props: { children: ReactNode }) => ReactNode;
}

/** Data stay fresh until they are invalidated, as on the page. */
export function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
}

export function makeProviders(): Providers {
  const client = makeClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>
      <MantineProvider>{children}</MantineProvider>
    </QueryClientProvider>
  );
  return { client, wrapper };
}

export function show(content: ReactNode): QueryClient {
  const { client, wrapper } = makeProviders();
  render(content, { wrapper });
  return client;
}

/** The text of an element, without its styles. */
export function textOf(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const style of copy.querySelectorAll("style")) style.remove();
  return copy.textContent.replaceAll(/\s+/g, " ");
}
