import { scanUrl } from "./api";
import type { ScanEvent } from "./types";

export interface ScanView {
  start(sheets: number, dpi: number): void;
  sheet(number: number, side: string, sharpness: number): void;
  advise(number: number, advice: string): void;
  end(scanned: number, again: number): void;
}

/** Runs a scan and shows its events; returns what stops it. */
export function runScan(batchId: number, view: ScanView): () => void {
  const source = new EventSource(scanUrl(batchId));
  source.onmessage = (message) => {
    const event = JSON.parse(message.data) as ScanEvent;
    switch (event.type) {
      case "opened":
        view.start(event.sheets, event.dpi);
        break;
      case "sheet":
        view.sheet(event.number, event.side, event.sharpness);
        break;
      case "blurred":
        view.advise(event.number, event.advice);
        break;
      case "closed":
        source.close();
        view.end(event.scanned, event.again);
        break;
    }
  };
  source.onerror = () => source.close();
  return () => source.close();
}
