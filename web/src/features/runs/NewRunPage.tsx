import { zodResolver } from "@hookform/resolvers/zod";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Link, useNavigate } from "react-router";
import { useDatasetsIndexQuery, useTrainingCreateMutation } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Code } from "@/shared/ui/Code";
import { FormField } from "@/shared/ui/Field";
import { keysOfForm } from "@/shared/ui/newKey";
import { Card, Page } from "@/shared/ui/Page";
import { Pick } from "@/shared/ui/Pick";
import { Refusal } from "@/shared/ui/states";
import { DEVICES, EXAMPLE, fieldOf, newRun, schema, type Fields } from "./newRun";
import { trainCommand } from "./runs";

/** Asks for a run. What was written stays when the studio says no. */
export function NewRunPage({ dataset }: { dataset: string }) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [keyFor] = useState(keysOfForm);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [create] = useTrainingCreateMutation();
  const datasets = (useDatasetsIndexQuery({ limit: 500, status: "frozen" }).data?.data ?? []).map((one) => ({
    value: one.id,
    label: `${one.attributes.name} ${one.attributes.version} · ${one.attributes.train_rows} rows to train, ${one.attributes.heldout_rows} held out`,
  }));
  const { control, handleSubmit, setError, formState } = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: {
      dataset_id: /^[0-9a-f-]{32,36}$/.test(dataset) ? dataset : "",
      base_model: "small",
      model_name: "",
      config: EXAMPLE,
      device: "any",
      memory: "",
      labels: "",
    },
  });
  const now = useWatch({ control });
  const submit = async (fields: Fields) => {
    setFailure(null);
    try {
      const made = await create({ "idempotency-key": keyFor(fields), newRun: newRun(fields) }).unwrap();
      void message.success(`The run of ${fields.model_name} waits for a trainer.`);
      void navigate(`/runs/${made.data.id}`);
    } catch (error) {
      const said = failureOf(error);
      const field = fieldOf(said.field);
      if (field) setError(field, { message: `${said.field}: ${said.message} ${said.remedy ?? ""}` });
      else setFailure(said);
    }
  };
  return (
    <Page title="New run" lead={<Link to="/runs">All runs</Link>} command={trainCommand(now)}>
      <form noValidate className="flex max-w-3xl flex-col gap-4" onSubmit={(event) => void handleSubmit(submit)(event)}>
        <Card className="flex flex-col gap-4">
          <FormField
            control={control}
            name="dataset_id"
            label="Dataset"
            hint="A frozen version; its held-out rows are never trained on."
          >
            {(field) => <Pick {...field} placeholder="Choose a frozen dataset" options={datasets} />}
          </FormField>
          <FormField
            control={control}
            name="model_name"
            label="Model name"
            hint="Under this name the result is registered."
          >
            {(field) => <Input {...field} placeholder="support-bot" autoComplete="off" />}
          </FormField>
          <FormField
            control={control}
            name="base_model"
            label="Base model"
            hint="small: built from the documents of the dataset. Or a hub id, or a folder that the trainer can read."
          >
            {(field) => <Input {...field} autoComplete="off" />}
          </FormField>
          <FormField
            control={control}
            name="config"
            label="Settings (JSON)"
            hint="Only what differs from the defaults."
          >
            {({ value, onChange }) => (
              <Code value={value} onChange={onChange} label="Settings of the run" height={200} />
            )}
          </FormField>
          <div className="grid gap-4 sm:grid-cols-2">
            <FormField control={control} name="device" label="Device" hint="What its trainer must have.">
              {(field) => <Pick {...field} options={DEVICES.map((value) => ({ value, label: value }))} />}
            </FormField>
            <FormField control={control} name="memory" label="Free memory (GiB)" hint="On one device; empty: any.">
              {(field) => <Input {...field} inputMode="decimal" autoComplete="off" />}
            </FormField>
          </div>
          <FormField control={control} name="labels" label="Labels" hint="To find it by again: owner=ann, try=2">
            {(field) => <Input {...field} autoComplete="off" />}
          </FormField>
        </Card>
        <Refusal failure={failure} />
        <div className="flex gap-2">
          <Action type="primary" htmlType="submit" needs="runs:write" loading={formState.isSubmitting}>
            Start the run
          </Action>
          <Button onClick={() => void navigate(-1)}>Back</Button>
        </div>
      </form>
    </Page>
  );
}
