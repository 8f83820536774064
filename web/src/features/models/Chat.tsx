import { Button, Input, Slider } from "antd";
import { useState } from "react";
import type { ModelAttributes } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { Card } from "@/shared/ui/Page";
import { useUrl } from "@/shared/ui/useUrl";
import { AnswerCard } from "./AnswerCard";
import { newestFirst, pairOf } from "./models";
import { Questions, type Sample } from "./Questions";
import { useChat } from "./useChat";

/** One prompt to two versions at once. */
export function Chat({ model }: { model: ModelAttributes }) {
  const { get, set, number } = useUrl();
  const [system, setSystem] = useState("");
  const [passage, setPassage] = useState("");
  const [question, setQuestion] = useState("");
  const [reference, setReference] = useState("");
  const [asked, setAsked] = useState("");
  const { answers, busy, start, stop } = useChat();
  const versions = newestFirst(model);
  const pair = pairOf(model);
  const known = (version: string, otherwise: string) =>
    versions.some((one) => one.version === version) ? version : otherwise;
  const [left, right] = [known(get("a"), pair.left), known(get("b"), pair.right)];
  const temperature = Math.min(2, Math.max(0, number("t") ?? 0));
  const dataset = versions.find((one) => one.version === right)?.dataset_id;
  const full = (version: string) => `${model.name}@${version}`;
  const go = () => {
    if (!question.trim()) return;
    setAsked(reference);
    start([full(left), full(right)], { system, passage, question, temperature });
  };
  const take = (sample: Sample) => {
    setPassage(sample.passage);
    setQuestion(sample.question);
    setReference(sample.answer);
  };
  if (!versions.length) return null;
  return (
    <Card title="Ask two versions">
      <div className="grid gap-5 xl:grid-cols-[22rem_1fr]">
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            go();
          }}
        >
          <label className="flex flex-col gap-1">
            <span className="font-medium">Question</span>
            <Input.TextArea
              value={question}
              rows={2}
              placeholder="What is asked; Ctrl and Enter sends it"
              onChange={(event) => {
                setQuestion(event.target.value);
                setReference("");
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go();
              }}
            />
          </label>
          <Area
            label="Passage"
            value={passage}
            rows={5}
            placeholder="The text to answer from; models trained here need one"
            onChange={setPassage}
          />
          <Area label="System prompt" value={system} rows={1} placeholder="None" onChange={setSystem} />
          <div className="flex items-center gap-3">
            <span id="temperature" className="font-medium">
              Temperature
            </span>
            <Slider
              className="flex-1"
              min={0}
              max={2}
              step={0.1}
              value={temperature}
              onChange={(value) => set({ t: value || "" })}
              ariaLabelledByForHandle="temperature"
            />
            <span className="w-8 tabular-nums text-soft">{temperature.toFixed(1)}</span>
          </div>
          <div className="flex gap-2">
            <Action
              type="primary"
              htmlType="submit"
              needs="models:call"
              blocked={!question.trim() && "Write a question, or take one of the samples."}
            >
              Ask {left === right ? "it" : "both"}
            </Action>
            {busy && <Button onClick={stop}>Stop</Button>}
          </div>
        </form>
        <div className="flex min-w-0 flex-col gap-4">
          <div className="grid gap-3 md:grid-cols-2">
            {(["a", "b"] as const).map((side) => {
              const version = side === "a" ? left : right;
              return (
                <AnswerCard
                  key={side}
                  label={side === "a" ? "Left version" : "Right version"}
                  version={version}
                  versions={versions.map((one) => one.version)}
                  onVersion={(next) => set({ [side]: next })}
                  answer={answers[full(version)]}
                  reference={asked}
                />
              );
            })}
          </div>
          <Questions dataset={dataset} onTake={take} />
        </div>
      </div>
    </Card>
  );
}

interface AreaProps {
  label: string;
  value: string;
  rows: number;
  placeholder: string;
  onChange: (text: string) => void;
}

const Area = ({ label, onChange, ...rest }: AreaProps) => (
  <label className="flex flex-col gap-1">
    <span className="font-medium">{label}</span>
    <Input.TextArea {...rest} onChange={(event) => onChange(event.target.value)} />
  </label>
);
