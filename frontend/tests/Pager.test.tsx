import { cleanup, fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { Pager } from "../src/components/answers/Pager.tsx";
import { show } from "./providers.tsx";

afterEach(cleanup);

function Rows({ total, size }: { total: number; size: number }) {
  const [first, turn] = useState(0);
  const rows = [...Array(total).keys()].slice(first, first + size);
  return (
    <>
      <p data-testid="rows">{rows.join(" ")}</p>
      <Pager label="rows" first={first} size={size} total={total} onTurn={turn} />
    </>
  );
}

const shown = (): string => screen.getByTestId("rows").textContent;

/** Press a button as long as it works; returns what was shown each time. */
function pages(name: string): string[] {
  const found = [shown()];
  for (;;) {
    const button = screen.queryByRole<HTMLButtonElement>("button", { name });
    if (button === null || button.disabled) return found;
    fireEvent.click(button);
    found.push(shown());
  }
}

const SIZE = 3;

it.each(Array.from({ length: 4 * SIZE }, (_, rows) => rows))(
  "leads to every row of %i once, and from either end to the other",
  (total) => {
    show(<Rows total={total} size={SIZE} />);
    const forth = pages("Next");
    expect(forth.join(" ")).toBe([...Array(total).keys()].join(" "));
    expect(pages("Previous")).toEqual(forth.toReversed());
    expect(pages("Last").at(-1)).toBe(forth.at(-1));
    expect(pages("First").at(-1)).toBe(forth[0]);
  },
);
