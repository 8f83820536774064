/** How much of it is done. Without a total it says how many. */
export function Progress({ done, total, label }: { done: number; total?: number | null; label: string }) {
  const share = total ? Math.min(1, done / total) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuenow={done}
      aria-valuemax={total ?? undefined}
      aria-valuetext={total ? `${done} of ${total}` : `${done}`}
      className="h-1.5 overflow-hidden rounded bg-raised"
    >
      <div className="h-full rounded bg-accent" style={{ width: `${(total ? share : done ? 1 : 0) * 100}%` }} />
    </div>
  );
}
