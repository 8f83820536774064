import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Grid, type Column } from "./Grid";
import { layOut } from "@/shared/testing/layout";

layOut();
const COLUMNS: Column<string>[] = [{ name: "word", title: "Word", width: "1fr", cell: (row) => row }];
const get = (index: number) => (index < 200 ? `word ${index}` : undefined);

test("only rows in view exist; those that are not loaded keep their place", () => {
  const { rerender } = render(<Grid label="Words" columns={COLUMNS} count={100_000} get={get} />);
  expect(screen.getByRole("grid", { name: "Words" })).toHaveAttribute("aria-rowcount", "100001");
  expect(screen.getByText("word 0")).toBeInTheDocument();
  const rows = screen.getAllByRole("row").length;
  expect(rows).toBeGreaterThan(10);
  expect(rows).toBeLessThan(60);
  rerender(<Grid label="Words" columns={COLUMNS} count={100_000} get={() => undefined} />);
  expect(screen.getAllByRole("row")[1]).toHaveAttribute("aria-busy", "true");
});

test("one stop for Tab; arrows move and Enter opens", () => {
  const opened = vi.fn();
  render(<Grid label="Words" columns={COLUMNS} count={3} get={get} onOpen={opened} />);
  const grid = screen.getByRole("grid");
  fireEvent.keyDown(grid, { key: "ArrowDown" });
  fireEvent.keyDown(grid, { key: "ArrowDown" });
  expect(grid.getAttribute("aria-activedescendant")).toBe(screen.getAllByRole("row")[2]?.id);
  fireEvent.keyDown(grid, { key: "Enter" });
  expect(opened).toHaveBeenCalledWith(1);
  fireEvent.click(screen.getByText("word 2"));
  expect(opened).toHaveBeenLastCalledWith(2);
});
