import { Input } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import type { CurationResource, FlipAttributes, TopicAttributes } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Choice } from "@/shared/ui/Choice";
import { Labelled } from "@/shared/ui/Labelled";
import { percent, whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Stat, Stats } from "@/shared/ui/Stat";
import { State } from "@/shared/ui/State";
import { Refusal } from "@/shared/ui/states";
import { useSettled } from "@/shared/ui/useSettled";
import { useUrl } from "@/shared/ui/useUrl";
import { useRuleComparedQuery } from "./compareRule";

const SHOWN = 8; // topics
const NAMES: Record<string, string> = { document_name: "document", section_title: "section" };

/** Any rule over the stored scores: what it keeps, tokens, topics, and what it decides otherwise than another one. */
export function Compare({ curation, rule }: { curation: CurationResource; rule: string }) {
  const { get, set } = useUrl();
  const [typed, setTyped] = useState(get("rule"));
  const [against, setAgainst] = useState(get("against"));
  const asked = useSettled(typed.trim() || rule, 200);
  const other = useSettled(against.trim(), 200);
  useEffect(() => {
    set({ rule: typed.trim(), against: against.trim() });
    // the URL follows what was typed when it rests
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [asked, other]);
  const query = useRuleComparedQuery(
    { id: curation.id, asked: { rule: asked, against: other, flips: 20 } },
    { skip: !asked },
  );
  const found = query.currentData?.data.attributes ?? query.data?.data.attributes;
  return (
    <Card title="What if the rule were another">
      <div className="grid gap-3 lg:grid-cols-2">
        <Labelled id="rule" name="Rule" className="w-full">
          <Input.TextArea
            id="rule"
            rows={2}
            maxLength={2000}
            className="font-mono!"
            placeholder={rule || "grounding >= 0.8 && duplicate == 0"}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Labelled>
        <Labelled id="against" name="Compared with" className="w-full">
          <Input.TextArea
            id="against"
            rows={2}
            maxLength={2000}
            className="font-mono!"
            placeholder="what the curation decided"
            value={against}
            onChange={(event) => setAgainst(event.target.value)}
          />
        </Labelled>
      </div>
      <Refusal failure={query.error ? failureOf(query.error) : null} className="mt-2" />
      {found && !query.error && (
        <div className="mt-4 grid gap-6 lg:grid-cols-2" aria-busy={query.isFetching}>
          <div className="flex flex-col gap-4">
            <Stats>
              <Stat name="Kept" value={whole(found.kept)} hint={`of ${whole(found.samples)} samples`} />
              <Stat name="Tokens" value={whole(found.tokens)} hint={`of ${whole(found.tokens_total)}, four characters each`} />
              <Stat name="Only by this rule" value={whole(found.gained)} />
              <Stat name="Only by the other" value={whole(found.lost)} />
            </Stats>
            {found.unknown_scores.length > 0 && (
              <p className="text-warn">No sample has a score {found.unknown_scores.join(", ")}.</p>
            )}
            <Topics topics={found.topics ?? {}} chosen={get("topics")} onChoose={(topics) => set({ topics })} />
          </div>
          <Flips flips={found.flips ?? []} all={(found.gained ?? 0) + (found.lost ?? 0)} />
        </div>
      )}
    </Card>
  );
}

interface TopicsProps {
  topics: Record<string, TopicAttributes[]>;
  chosen: string;
  onChoose: (name: string) => void;
}

function Topics({ topics, chosen, onChoose }: TopicsProps) {
  const names = Object.keys(topics);
  const name = names.includes(chosen) ? chosen : (names[0] ?? "");
  return (
    <section aria-label="Topics">
      <Choice
        label="Topics by"
        value={name}
        onChange={onChoose}
        options={names.map((value) => ({ value, name: `by ${NAMES[value] ?? value}` }))}
      />
      <ul className="mt-2 flex flex-col gap-1">
        {(topics[name] ?? []).slice(0, SHOWN).map((topic) => (
          <li key={topic.name} className="grid grid-cols-[minmax(0,1fr)_6rem_9rem] items-center gap-2 text-xs">
            <span className="truncate" title={topic.name}>
              {topic.name.replaceAll("_", " ") || "none"}
            </span>
            <span className="h-2 rounded bg-raised" aria-hidden>
              <span className="block h-2 rounded bg-accent" style={{ width: `${Math.min(1, topic.share) * 100}%` }} />
            </span>
            <span className="text-right tabular-nums">
              {whole(topic.kept)} of {whole(topic.samples)}, {percent(topic.share, 0)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Flips({ flips, all }: { flips: readonly FlipAttributes[]; all: number }) {
  if (!flips.length) return <p className="text-soft">No sample is decided otherwise.</p>;
  return (
    <section aria-label="Decided otherwise" className="min-w-0">
      <h3 className="text-soft">
        Decided otherwise{all > flips.length && `: the first ${whole(flips.length)} of ${whole(all)}`}
      </h3>
      <ul className="mt-1 max-h-72 overflow-y-auto" tabIndex={0}>
        {flips.map((one) => (
          <li key={one.sample_id} className="border-t border-line py-1.5 first:border-0">
            <State name={one.kept ? "kept" : "dropped"} />{" "}
            <Link to={`/samples/${one.sample_id}`} className="break-words">
              {one.question}
            </Link>
            {one.reason && <p className="text-xs break-words text-soft">{one.reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
