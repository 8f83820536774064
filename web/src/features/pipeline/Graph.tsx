import { Link } from "react-router";
import { whole } from "@/shared/ui/numbers";
import { duration } from "@/shared/ui/time";
import { useNow } from "@/shared/ui/useNow";
import { slotsOf, SPAN, type Windows } from "./rates";
import { pace, type Box } from "./stages";
import { useRates } from "./useRates";

const GRID = "grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4 xl:grid-cols-8 xl:gap-x-5";
/** No arrow leads out of the end of a row. */
const ROW_END = "group-nth-[2n]:hidden sm:group-nth-[2n]:block sm:group-nth-[4n]:hidden xl:group-nth-[4n]:block";

/** The flow from documents to calls: one box per stage. */
export function Graph({ boxes }: { boxes: Box[] }) {
  const windows = useRates();
  const now = useNow(2000);
  return (
    <ol aria-label="Stages" className={GRID}>
      {boxes.map((box, index) => (
        <li key={box.key} className="group relative flex min-w-0">
          <StageBox box={box} windows={windows} now={now} />
          {index < boxes.length - 1 && <Arrow moving={box.rate > 0} />}
        </li>
      ))}
    </ol>
  );
}

function StageBox({ box, windows, now }: { box: Box; windows: Windows; now: number }) {
  const busy = pace(box.rate);
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-2 rounded-lg border border-line bg-card p-3 group-hover:border-accent">
      <div className="min-w-0">
        <Link to={box.to} className="font-semibold after:absolute after:inset-0">
          {box.name}
        </Link>
        <div className="text-2xl font-semibold tabular-nums" data-testid={`count-${box.key}`}>
          {whole(box.count)}
        </div>
        <div className="min-h-[1.5em] text-xs text-soft">{box.detail}</div>
      </div>
      <Pulse slots={slotsOf(windows, box.key, now)} />
      <dl className="grid grid-cols-[auto_1fr] gap-x-2 text-xs tabular-nums" title={box.topics.join(", ")}>
        <dt className="text-soft">Rate</dt>
        <dd className={`text-right ${busy ? "text-accent" : "text-soft"}`}>{busy || "quiet"}</dd>
        <dt className="text-soft">Lag</dt>
        <dd className={`text-right ${late(box) ? "text-warn" : ""}`}>{lag(box)}</dd>
        <dt className="text-soft">Dead</dt>
        <dd className="text-right">
          {box.deadLetters ? (
            <Link to="/dead-letters" className="relative z-10 font-semibold text-bad!">
              {whole(box.deadLetters)} parked
            </Link>
          ) : (
            "0"
          )}
        </dd>
      </dl>
    </div>
  );
}

const late = (box: Box): boolean => (box.lagMessages ?? 0) > 0 && box.lagSeconds >= 5;

function lag(box: Box): string {
  if (box.lagMessages == null) return "unknown";
  if (!box.lagMessages && box.lagSeconds < 0.05) return "0 msg, 0 s";
  return `${whole(box.lagMessages)} msg, ${duration(box.lagSeconds)}`;
}

/** Events per second of the last two minutes, as bars. The figures beside it say the same. */
function Pulse({ slots }: { slots: number[] }) {
  const top = Math.max(...slots, 1);
  const wide = 100 / slots.length;
  return (
    <svg viewBox="0 0 100 20" preserveAspectRatio="none" className="mt-auto h-5 w-full" aria-hidden>
      <title>{`Events per second, last ${SPAN / 60_000} minutes`}</title>
      <line x1="0" x2="100" y1="19.5" y2="19.5" className="stroke-line" vectorEffect="non-scaling-stroke" />
      {slots.map((rate, index) => {
        const high = rate ? Math.max(1.5, (rate / top) * 18) : 0;
        return (
          <rect
            key={index}
            x={index * wide + wide * 0.1}
            y={19 - high}
            width={wide * 0.8}
            height={high}
            className="fill-accent"
          />
        );
      })}
    </svg>
  );
}

/** To the next stage; it pulses while something moves. */
function Arrow({ moving }: { moving: boolean }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 20 12"
      className={`absolute top-1/2 -right-5.5 h-3 w-5 -translate-y-1/2 fill-none xl:-right-[1.125rem] xl:w-4 ${ROW_END} ${
        moving ? "stroke-accent motion-safe:animate-pulse" : "stroke-soft"
      }`}
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M1 6h17M13 1.5 18 6l-5 4.5" />
    </svg>
  );
}
