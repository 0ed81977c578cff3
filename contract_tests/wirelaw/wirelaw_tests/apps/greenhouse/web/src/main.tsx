import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { saveSchedule } from "./api/waterings";
import { WateringCard } from "./components/WateringCard";
import { WateringForm } from "./components/WateringForm";
import { useBeds, useWaterings } from "./hooks/useWaterings";

function Greenhouse() {
  const beds = useBeds();
  const waterings = useWaterings();
  return (
    <>
      <WateringForm />
      {waterings.data?.map((watering) => <WateringCard key={watering.id} watering={watering} />)}
      {beds.data?.map((bed) => (
        <button key={bed.name} onClick={() => saveSchedule(bed.name, 6, 12)}>
          Water {bed.name} every morning
        </button>
      ))}
    </>
  );
}

createRoot(document.getElementById("root")!).render(
  <QueryClientProvider client={new QueryClient()}>
    <Greenhouse />
  </QueryClientProvider>,
);
