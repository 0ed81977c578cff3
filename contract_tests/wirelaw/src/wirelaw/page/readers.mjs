import { openEvents } from "./events.mjs";

/**
 * What is read of each file, by the name of the facts. A reader is a function of the project that returns a function of
 * each node; it adds facts with `add`.
 */
export const READERS = { events: openEvents };
