import { Button } from "antd";
import { useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { figure, whole } from "@/shared/ui/numbers";
import { Page } from "@/shared/ui/Page";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { usePageKeys } from "@/shared/ui/usePageKeys";
import { useUrl } from "@/shared/ui/useUrl";
import { Detail } from "./Detail";
import { hasText, tailCommand, type Filters } from "./events";
import { FilterBar } from "./FilterBar";
import { List } from "./List";
import { MOST } from "./tail";
import { isKept } from "./topics";
import { useRate } from "./useRate";
import { useTail } from "./useTail";

const NEAR = 40; // rows before the end at which history is read on

/** The log: what happens now, what happened before, and why. */
export function Component() {
  const { id = "" } = useParams();
  const { get, set, text: search } = useUrl();
  const navigate = useNavigate();
  const filters: Filters = {
    topic: get("topic"),
    type: get("type"),
    subject: get("subject"),
    correlation: get("correlation"),
    text: get("q"),
  };
  const paused = get("paused") === "true";
  const [scrolled, setScrolled] = useState(false);
  const tail = useTail(filters, paused || !!id || scrolled);
  const rate = useRate(filters.topic);
  const rows = useMemo(() => tail.rows.filter((row) => hasText(row, filters.text)), [tail.rows, filters.text]);
  const open = id ? rows.findIndex((row) => row.id === id) : -1;
  const close = () => void navigate(`/events?${search}`);
  usePageKeys({ p: () => set({ paused: !paused }), ...(id ? { Escape: close } : {}) });

  const list = () => {
    if (tail.error && !rows.length) return <Failure error={tail.error} retry={tail.retry} what="The log cannot be read" />;
    if (!tail.begun && !rows.length) return <Loading what="Reading the log" />;
    if (!rows.length) return <Nothing text={filters.text} atEnd={tail.atEnd} onOlder={tail.older} />;
    return (
      <List
        key={tail.key}
        rows={rows}
        open={open}
        narrow={!!id}
        onOpen={(event) => void navigate(`/events/${event.id}?${search}`, { replace: !!id })}
        onRange={(first, last) => {
          setScrolled(first > 2);
          if (last > rows.length - NEAR) tail.older();
        }}
      />
    );
  };
  return (
    <Page
      title="Events"
      lead={`${paused ? "Paused" : "Live"}, ${figure(rate, 2)} a second. ${bounds(rows.length, tail, filters.topic)}`}
      command={tailCommand(filters)}
      actions={
        <Button aria-pressed={paused} onClick={() => set({ paused: !paused })} aria-keyshortcuts="p">
          {paused ? "Resume" : "Pause"} <kbd className="ml-1 text-soft">p</kbd>
        </Button>
      }
    >
      <FilterBar filters={filters} set={set} />
      <div className={`flex flex-1 gap-4 md:min-h-96 ${id ? "min-h-[85vh]" : "min-h-112"}`}>
        <div
          className={`relative min-w-0 flex-1 overflow-hidden rounded-lg border border-line bg-card ${id ? "max-lg:hidden" : ""}`}
        >
          <div className="absolute inset-0">{list()}</div>
          <p
            role="status"
            data-testid="waiting"
            className="pointer-events-none absolute inset-x-0 bottom-3 z-20 flex justify-center"
          >
            {tail.waits > 0 && (
              <span className="rounded-full border border-line bg-card px-3 py-1 shadow-md">
                {whole(tail.waits)} new {tail.waits === 1 ? "event waits" : "events wait"}{" "}
                {paused ? "until you resume" : id ? "while an event is open" : "above: scroll up to see them"}
              </span>
            )}
          </p>
        </div>
        {id && (
          <div className="relative min-w-0 flex-1 lg:max-w-2xl">
            <div className="absolute inset-0">
              <Detail key={id} id={id} held={tail.rows.find((row) => row.id === id)} onClose={close} />
            </div>
          </div>
        )}
      </div>
    </Page>
  );
}

function bounds(shown: number, tail: { full: boolean; atEnd: boolean }, topic: string): string {
  const held = `${whole(shown)} rows`;
  if (!isKept(topic)) return `${held} since this page was opened: this topic is not kept to be read back.`;
  if (tail.full) return `${held}: a tab holds ${whole(MOST)} at most; narrow the filters to see further back.`;
  return tail.atEnd ? `${held}, back to the first.` : `${held}; scroll down for older ones (${whole(MOST)} at most).`;
}

function Nothing({ text, atEnd, onOlder }: { text: string; atEnd: boolean; onOlder: () => void }) {
  if (text && !atEnd)
    return (
      <Empty title="No held row has this text" action={<Button onClick={onOlder}>Read older events</Button>}>
        Only the rows that are held are searched.
      </Empty>
    );
  return (
    <Empty title="Nothing happened here yet">
      Clear the filters, or make something happen: <code>studio demo</code>.
    </Empty>
  );
}
