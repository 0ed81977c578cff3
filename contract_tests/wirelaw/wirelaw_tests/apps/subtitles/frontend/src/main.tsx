import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { JobList } from "./pages/JobList";
import { JobView } from "./pages/JobView";
import { NewJob } from "./pages/NewJob";

function App() {
  const [jobId, open] = useState<string>();
  return (
    <>
      <NewJob onCreated={open} />
      <JobList onOpen={open} />
      {jobId !== undefined && <JobView jobId={jobId} />}
    </>
  );
}

createRoot(document.querySelector("#app")!).render(
  <QueryClientProvider client={new QueryClient()}>
    <App />
  </QueryClientProvider>,
);
