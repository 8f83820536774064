import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { usePageKeys } from "./usePageKeys";

function Some({ drop }: { drop: () => void }) {
  usePageKeys({ x: drop });
  return <input aria-label="Reason" />;
}

test("a key does what it says, but not where somebody types or with a modifier", () => {
  const drop = vi.fn();
  render(<Some drop={drop} />);
  fireEvent.keyDown(document.body, { key: "x" });
  expect(drop).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(screen.getByLabelText("Reason"), { key: "x" });
  fireEvent.keyDown(document.body, { key: "x", ctrlKey: true });
  expect(drop).toHaveBeenCalledTimes(1);
});

test("`g` and a letter go to another page: the letter is not for this one", () => {
  const drop = vi.fn();
  render(<Some drop={drop} />);
  fireEvent.keyDown(document.body, { key: "g" });
  fireEvent.keyDown(document.body, { key: "x" });
  expect(drop).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: "x" });
  expect(drop).toHaveBeenCalledTimes(1);
});

test("behind a dialog nothing happens", () => {
  const drop = vi.fn();
  render(
    <>
      <Some drop={drop} />
      <div role="dialog" aria-modal="true" />
    </>,
  );
  fireEvent.keyDown(document.body, { key: "x" });
  expect(drop).not.toHaveBeenCalled();
});
