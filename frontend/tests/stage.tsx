/** Where hooks and components are tried: a cache, and the page's own providers. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";

// what is waited for comes; how long that takes depends on what else the machine does
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 60_000 });

export interface Stage {
  client: QueryClient;
  wrapper: (props: { children: ReactNode }) => ReactNode;
}

/** What was read stays fresh until something says otherwise, as on the page. */
export function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
}

export function setStage(): Stage {
  const client = makeClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>
      <MantineProvider>{children}</MantineProvider>
    </QueryClientProvider>
  );
  return { client, wrapper };
}

export function show(content: ReactNode): QueryClient {
  const { client, wrapper } = setStage();
  render(content, { wrapper });
  return client;
}

/** What can be read in it: the texts of elements that are no styles. */
export function textOf(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const style of copy.querySelectorAll("style")) style.remove();
  return copy.textContent.replaceAll(/\s+/g, " ");
}
