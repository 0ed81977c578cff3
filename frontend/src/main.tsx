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

/** Between two looks at something that the service could not read. */
const MENDED_MS = 5000;

const client = new QueryClient({
  defaultOptions: {
    // the service may be on this machine, and a browser that is offline reaches it all the same
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      // the stream says what changed, so nothing grows stale by the clock
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      // what the service said is so; what did not reach it is sent again
      retry: (failures, error) => failures < 3 && !(error instanceof ApiError),
      // what broke below the service may be mended
      refetchInterval: ({ state }) =>
        state.error instanceof ApiError && state.error.status >= 500 ? MENDED_MS : false,
    },
  },
});

/** The service puts it there at each request; browsers hand it to scripts as a property only. */
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
