import { App, InputNumber, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import {
  useDocumentsIndexQuery,
  useGenerationCreateMutation,
  useGenerationForecastMutation,
  useRecipesTryOutMutation,
} from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { Labelled } from "@/shared/ui/Labelled";
import { keysOfForm } from "@/shared/ui/newKey";
import { Card } from "@/shared/ui/Page";
import { useUrl } from "@/shared/ui/useUrl";
import { Forecast } from "./Forecast";
import { Preview } from "./Preview";

interface Props {
  source: string;
  /** The saved version that has this very text; its name is kept with the batch. */
  saved: { name: string; version: number } | null;
  /** Whether what the form says may be sent. */
  ready: () => Promise<boolean>;
  onRefused: (error: unknown) => void;
}

/** The recipe on documents: what it would take, five samples of it, and the batch itself. */
export function Trial({ source, saved, ready, onRefused }: Props) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { get, set } = useUrl();
  const [keyFor] = useState(keysOfForm);
  const [tokens, setTokens] = useState<number | null>(null);
  const [money, setMoney] = useState<number | null>(null);
  const { data } = useDocumentsIndexQuery({ status: "extracted", limit: 500 });
  const [estimate, estimating] = useGenerationForecastMutation();
  const [preview, trying] = useRecipesTryOutMutation();
  const [create, starting] = useGenerationCreateMutation();
  const known = data?.data ?? [];
  const chosen = get("document") ? get("document").split(",") : known.slice(0, 1).map((one) => one.id);
  const recipe = saved ? { recipe_name: saved.name, recipe_version: saved.version } : { recipe: source };
  const order = { documents: chosen, ...recipe };
  /** Whether an answer is about what stands here now. */
  const current = (asked: unknown) => JSON.stringify(asked) === JSON.stringify(order);
  const when = async (work: () => Promise<unknown>) => {
    if (!(await ready())) return;
    try {
      await work();
    } catch (error) {
      onRefused(error);
    }
  };
  const start = async () => {
    const batch = {
      ...order,
      budget_tokens: tokens ?? 0,
      budget_money: money ?? 0,
    };
    const made = await create({
      newBatch: batch,
      "idempotency-key": keyFor(batch),
    }).unwrap();
    void message.success("The batch has begun.");
    void navigate(`/samples?batch=${made.data.id}`);
  };
  const blocked = chosen.length ? null : "Upload a document first.";
  return (
    <Card title="Try it on documents" className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <Labelled id="documents" name="Documents" className="min-w-72 flex-1">
          <Select
            id="documents"
            mode="multiple"
            value={chosen}
            onChange={(next: string[]) => set({ document: next.join(",") })}
            optionFilterProp="label"
            options={known.map((one) => ({
              value: one.id,
              label: one.attributes.name,
            }))}
          />
        </Labelled>
        <Labelled id="tokens" name="Most tokens (empty: no limit)" className="">
          <InputNumber id="tokens" min={0} precision={0} value={tokens} onChange={setTokens} />
        </Labelled>
        <Labelled id="money" name="Most money" className="">
          <InputNumber id="money" min={0} value={money} onChange={setMoney} />
        </Labelled>
      </div>
      <div className="flex flex-wrap gap-2">
        <Action
          needs="batches:write"
          blocked={blocked}
          loading={estimating.isLoading}
          onClick={() => void when(() => estimate({ newBatch: order }).unwrap())}
        >
          Estimate
        </Action>
        <Action
          needs="batches:write"
          blocked={blocked}
          loading={trying.isLoading}
          onClick={() => void when(() => preview({ previewBody: order }).unwrap())}
        >
          Five samples of it
        </Action>
        <Action
          type="primary"
          needs="batches:write"
          blocked={blocked}
          loading={starting.isLoading}
          onClick={() => void when(start)}
        >
          Generate
        </Action>
      </div>
      {estimating.data && current(estimating.originalArgs?.newBatch) && (
        <Forecast it={estimating.data.data.attributes} />
      )}
      {trying.data && current(trying.originalArgs?.previewBody) && <Preview it={trying.data.data.attributes} />}
    </Card>
  );
}
