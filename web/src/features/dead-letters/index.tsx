import { Button } from "antd";
import { useCallback, useMemo, useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { Action } from "@/shared/ui/Action";
import { Choice } from "@/shared/ui/Choice";
import { whole } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { useCauses, useLetters } from "./api";
import { Causes } from "./Causes";
import { Letter } from "./Letter";
import { Letters } from "./Letters";
import { command, STATES, stateOf, type Verb } from "./letters";
import { Settle } from "./Settle";

const settled = (number: number) => `${whole(number)} ${number === 1 ? "letter was" : "letters were"}`;

/** What could not be taken, why, and what to do with it. */
export function Component() {
  const { id } = useParams();
  const { get, set } = useUrl();
  const { search } = useLocation();
  const [state, consumer, code] = [stateOf(get("state")), get("consumer"), get("code")];
  const causes = useCauses({});
  const shown = useCauses(state ? { state: state as (typeof STATES)[number] } : {}).data?.data ?? [];
  const found = useLetters({ state, consumer, code });
  const letters = useMemo(() => found.data?.pages.flatMap((page) => page.data) ?? [], [found.data]);
  const text = get("selected");
  const chosen = useMemo(() => text.split(",").filter(Boolean), [text]);
  const onChosen = useCallback((ids: string[]) => set({ selected: ids.join(",") }), [set]);
  const [asking, setAsking] = useState<{ verb: Verb; ids: string[] } | null>(null);
  const parked = letters.filter((letter) => letter.attributes.state === "parked").map((letter) => letter.id);
  const all = causes.data?.data ?? [];
  const count = (of: "count" | "parked") => all.reduce((sum, cause) => sum + cause.attributes[of], 0);
  const settle = (verb: Verb) => setAsking({ verb, ids: parked.filter((one) => chosen.includes(one)).reverse() });
  const nothing = !chosen.length && "Select letters in the list first.";
  const error = found.error ?? causes.error;
  return (
    <Page
      title="Dead letters"
      lead="Events that a consumer could not take. Later events of the same key wait behind them."
      command={command(state, consumer)}
    >
      {error && !found.data ? (
        <Failure error={error} retry={() => void Promise.all([found.refetch(), causes.refetch()])} />
      ) : !found.data || !causes.data ? (
        <Loading />
      ) : !all.length && !id ? (
        <Empty title="All is well">Every event was taken by every consumer. Nothing has ever been parked.</Empty>
      ) : (
        <>
          {shown.length > 0 && <Causes causes={shown} />}
          <div className={`grid min-w-0 items-start gap-4 ${id ? "xl:grid-cols-2" : ""}`}>
            <Card>
              <div className="mb-3 flex flex-wrap items-center gap-3">
                <Choice
                  label="State"
                  value={state}
                  onChange={(next) => set({ state: next || "all", selected: "" })}
                  options={[
                    ...STATES.map((name) => ({ value: name, name, ...(name === "parked" && { count: count("parked") }) })),
                    { value: "", name: "All", count: count("count") },
                  ]}
                />
                {(consumer || code) && (
                  <Button size="small" onClick={() => set({ consumer: "", code: "" })}>
                    Any cause
                  </Button>
                )}
                <span className="ml-auto flex flex-wrap items-center gap-2">
                  {parked.length > chosen.length && (
                    <Button size="small" onClick={() => onChosen(parked)}>{`Select all ${parked.length} parked`}</Button>
                  )}
                  <Action size="small" needs="dead-letters:settle" blocked={nothing} onClick={() => settle("release")}>
                    Release {chosen.length || ""}
                  </Action>
                  <Action size="small" danger needs="dead-letters:settle" blocked={nothing} onClick={() => settle("skip")}>
                    Skip {chosen.length || ""}
                  </Action>
                </span>
              </div>
              {letters.length ? (
                <Letters
                  letters={letters}
                  open={id}
                  chosen={chosen}
                  onChosen={onChosen}
                  busy={found.isFetchingNextPage}
                  more={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
                />
              ) : (
                <Empty title={state === "parked" && !count("parked") ? "All is well" : "No letter is like this"}>
                  {state === "parked" && !count("parked")
                    ? `Nothing is parked. ${settled(count("count"))} released or skipped before: choose All to see.`
                    : "Choose another state or cause."}
                </Empty>
              )}
            </Card>
            {id && (
              <Letter
                key={id}
                id={id}
                onSettle={(verb) => setAsking({ verb, ids: [id] })}
                close={<Link to={`/dead-letters${search}`}>Close</Link>}
              />
            )}
          </div>
        </>
      )}
      {asking && (
        <Settle
          {...asking}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            onChosen([]);
          }}
        />
      )}
    </Page>
  );
}
