import { zodResolver } from "@hookform/resolvers/zod";
import { App, AutoComplete, Button, Input, InputNumber } from "antd";
import { useState, type ChangeEvent } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Link, useNavigate } from "react-router";
import { useDatasetsBringMutation } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Code } from "@/shared/ui/Code";
import { Field, FormField } from "@/shared/ui/Field";
import { keysOfForm } from "@/shared/ui/newKey";
import { size } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { Refusal } from "@/shared/ui/states";
import { bodyOf, columnsIn, fieldOf, importCommand, schema, START, type Fields } from "./bring";

const PARTS = [
  { name: "prompt", label: "Prompt", hint: "Text, or chat messages." },
  { name: "answer", label: "Answer", hint: "a.b leads into an object." },
  { name: "context", label: "Passage", hint: "Where the answer stands; optional." },
] as const;
const BEGINNING = 65_536; // bytes of a file that are read to see its columns

const beginningOf = (file: File): Promise<string> =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onloadend = () => resolve(typeof reader.result === "string" ? reader.result : "");
    reader.readAsText(file.slice(0, BEGINNING));
  });

/** Freezes the rows of a file. What was written stays when the studio says no. */
export function ImportPage() {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [keyFor] = useState(keysOfForm);
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<string[]>([]);
  const [lacking, setLacking] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [bring] = useDatasetsBringMutation();
  const { control, handleSubmit, setError, formState } = useForm<Fields>({
    resolver: zodResolver(schema),
    defaultValues: START,
  });
  const now = useWatch({ control });
  const pick = async (event: ChangeEvent<HTMLInputElement>) => {
    const found = event.target.files?.[0] ?? null;
    setFile(found);
    setLacking("");
    setColumns(found ? columnsIn(await beginningOf(found)) : []);
  };
  const submit = async (fields: Fields) => {
    setFailure(null);
    if (!file) return setLacking("Choose a file of rows: Parquet, or JSON lines.");
    const key = keyFor([fields, file.name, file.size, file.lastModified]);
    try {
      const made = await bring({ "idempotency-key": key, body: bodyOf(fields, file) as never }).unwrap();
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
    <Page
      title="Import a dataset"
      lead={<Link to="/datasets">All datasets</Link>}
      command={importCommand(now, file?.name ?? "")}
    >
      <form
        noValidate
        className="grid max-w-6xl gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
        onSubmit={(event) => void handleSubmit(submit, () => file || setLacking("Choose a file of rows."))(event)}
      >
        <Card className="flex flex-col gap-4">
          <Field name="file" label="File" hint="Parquet or JSON lines: prompts with answers." error={lacking}>
            <input
              id="file"
              type="file"
              accept=".parquet,.jsonl,.ndjson,.json"
              aria-invalid={!!lacking}
              className="rounded border border-line bg-card p-1.5"
              onChange={(event) => void pick(event)}
            />
          </Field>
          <FormField control={control} name="name" label="Name" hint="Every import under a name is its next version.">
            {(field) => <Input {...field} placeholder="arithmetic" autoComplete="off" />}
          </FormField>
          <div className="grid gap-4 sm:grid-cols-3">
            {PARTS.map((part) => (
              <FormField key={part.name} control={control} {...part} label={`Column: ${part.label.toLowerCase()}`}>
                {(field) => (
                  <AutoComplete
                    {...field}
                    placeholder="found by name"
                    options={columns.map((value) => ({ value }))}
                  />
                )}
              </FormField>
            ))}
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <FormField
              control={control}
              name="heldout_fraction"
              label="Held-out fraction"
              hint="Training never sees these rows."
            >
              {(field) => <InputNumber {...field} min={0} max={0.99} step={0.05} className="w-full!" />}
            </FormField>
            <FormField control={control} name="seed" label="Seed of the split">
              {(field) => <InputNumber {...field} min={0} precision={0} className="w-full!" />}
            </FormField>
          </div>
          <FormField control={control} name="reward" label="Reward (JSON)" hint="Empty: overlap of words with the answer.">
            {({ value, onChange }) => (
              <Code value={value} onChange={onChange} label="Reward specification" height={150} />
            )}
          </FormField>
        </Card>
        <div className="flex flex-col gap-4">
          <Card title="What is sent">
            {file ? (
              <>
                <p className="break-words">
                  {file.name}, {size(file.size)}
                </p>
                {columns.length > 0 && <p className="text-soft">Columns: {columns.join(", ")}</p>}
              </>
            ) : (
              <p className="text-soft">No file yet.</p>
            )}
          </Card>
          <Refusal failure={failure} />
          <div className="flex gap-2">
            <Action type="primary" htmlType="submit" needs="datasets:write" loading={formState.isSubmitting}>
              Import it
            </Action>
            <Button onClick={() => void navigate(-1)}>Back</Button>
          </div>
        </div>
      </form>
    </Page>
  );
}
