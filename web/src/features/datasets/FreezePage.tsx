import { zodResolver } from "@hookform/resolvers/zod";
import { App, Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Link, useNavigate } from "react-router";
import { useCurationIndexQuery, useDatasetsCreateMutation } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Code } from "@/shared/ui/Code";
import { FormField } from "@/shared/ui/Field";
import { keysOfForm } from "@/shared/ui/newKey";
import { whole } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { Pick } from "@/shared/ui/Pick";
import { Refusal } from "@/shared/ui/states";
import { long } from "@/shared/ui/time";
import { bodyOf, fieldOf, freezeCommand, REWARD, schema, type Fields } from "./freeze";
import { WhatIf } from "./WhatIf";

interface Props {
  curation: string;
  name: string;
}

/** Asks for a new version. What was written stays when the studio says no. */
export function FreezePage({ curation, name }: Props) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [keyFor] = useState(keysOfForm);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [create] = useDatasetsCreateMutation();
  const curations = (useCurationIndexQuery({ limit: 500 }).data?.data ?? [])
    .filter((one) => one.attributes.status !== "failed")
    .map(({ id, attributes: it }) => ({
      value: id,
      label: `${it.kept == null ? it.status : `${whole(it.kept)} of ${whole(it.samples)} kept`} · ${it.created_at ? long(it.created_at) : ""} · ${id.slice(0, 8)}`,
    }));
  const { control, handleSubmit, setError, formState } = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: { name, curation_id: curation, rule: "", heldout_fraction: 0.3, seed: 0, reward: REWARD },
  });
  const now = useWatch({ control });
  const submit = async (fields: Fields) => {
    setFailure(null);
    try {
      const made = await create({ "idempotency-key": keyFor(fields), newDataset: bodyOf(fields) }).unwrap();
      void message.success(`${fields.name} is being frozen.`);
      void navigate(`/datasets/${made.data.id}`);
    } catch (error) {
      const said = failureOf(error);
      const field = fieldOf(said.field);
      if (field) setError(field, { message: `${said.message} ${said.remedy ?? ""}` });
      else setFailure(said);
    }
  };
  return (
    <Page title="Freeze a dataset" lead={<Link to="/datasets">All datasets</Link>} command={freezeCommand(now)}>
      <form
        noValidate
        className="grid max-w-6xl gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
        onSubmit={(event) => void handleSubmit(submit)(event)}
      >
        <Card className="flex flex-col gap-4">
          <FormField control={control} name="name" label="Name" hint="Every freeze under a name is its next version.">
            {(field) => <Input {...field} placeholder="answers" autoComplete="off" />}
          </FormField>
          <FormField control={control} name="curation_id" label="Curation">
            {(field) => <Pick {...field} placeholder="Whose samples?" options={curations} />}
          </FormField>
          <FormField control={control} name="rule" label="Rule" hint="Empty: the curation's own rule.">
            {(field) => <Input {...field} placeholder="grounding >= 0.9 and duplicate == 0" autoComplete="off" />}
          </FormField>
          <div className="grid gap-4 sm:grid-cols-2">
            <FormField
              control={control}
              name="heldout_fraction"
              label="Held-out fraction"
              hint="Of the sections of each document; training never sees them."
            >
              {(field) => <InputNumber {...field} min={0} max={0.99} step={0.05} className="w-full!" />}
            </FormField>
            <FormField control={control} name="seed" label="Seed of the split">
              {(field) => <InputNumber {...field} min={0} precision={0} className="w-full!" />}
            </FormField>
          </div>
          <FormField control={control} name="reward" label="Reward (JSON)" hint="What a completion is paid for.">
            {({ value, onChange }) => (
              <Code value={value} onChange={onChange} label="Reward specification" height={170} />
            )}
          </FormField>
        </Card>
        <div className="flex flex-col gap-4">
          <Card title="What it gives">
            <WhatIf curation={now.curation_id ?? ""} rule={now.rule ?? ""} heldout={now.heldout_fraction ?? 0} />
          </Card>
          <Refusal failure={failure} />
          <div className="flex gap-2">
            <Action type="primary" htmlType="submit" needs="datasets:write" loading={formState.isSubmitting}>
              Freeze it
            </Action>
            <Button onClick={() => void navigate(-1)}>Back</Button>
          </div>
        </div>
      </form>
    </Page>
  );
}
