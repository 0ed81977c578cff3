/** Starts the page. */
import "@mantine/core/styles.css";
import "./page.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.ts";
import { theme } from "./components/shell/theme.ts";
import { router } from "./router.tsx";

/** Interval for refetching after a server error. */
const REFETCH_MS = 5000;

const client = new QueryClient({
  defaultOptions: {
    // the service may run on this machine, which an offline browser reaches as well
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      // the stream announces changes, so nothing becomes stale by time
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      // an error of the service is final; a lost connection is retried
      retry: (failures, error) => failures < 3 && !(error instanceof ApiError),
      // the cause of a server error may be fixed meanwhile
      refetchInterval: ({ state }) =>
        state.error instanceof ApiError && state.error.status >= 500 ? REFETCH_MS : false,
    },
  },
});

/** The service sets it for each request; browsers expose it to scripts as a property only. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
