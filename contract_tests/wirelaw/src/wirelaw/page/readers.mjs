/**
 * What is read of each file, by the name of the facts. A reader is a function of the project that returns a function of
 * each node; it adds facts with `add`.
 */
import { openAnswers } from "./answers.mjs";
import { openCalls } from "./calls.mjs";
import { openEvents } from "./events/reader.mjs";
import { openScales } from "./scales.mjs";
import { openValues } from "./values.mjs";
import { openWords } from "./words.mjs";

export const READERS = {
  answers: openAnswers,
  calls: openCalls,
  events: openEvents,
  scales: openScales,
  values: openValues,
  words: openWords,
};
