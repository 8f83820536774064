import { zodResolver } from "@hookform/resolvers/zod";
import { Input, InputNumber, Modal, Radio } from "antd";
import { useState, type ReactElement } from "react";
import { Controller, useForm, useWatch, type Control, type Path } from "react-hook-form";
import { useGenerationCreateMutation } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { CopyCommand } from "@/shared/ui/CopyCommand";
import { newKey } from "@/shared/ui/newKey";
import { Field } from "@/shared/ui/SignIn";
import { batchOf, generateCommand, schema, START, type Wish } from "./generate";

interface Props {
  documents: readonly string[];
  onClose: () => void;
  onMade: (batch: string) => void;
}

/** Asks for samples from some documents. */
export function Generate({ documents, onClose, onMade }: Props) {
  const form = useForm<Wish>({ resolver: zodResolver(schema), defaultValues: START, mode: "onTouched" });
  const { control, handleSubmit, formState, setError } = form;
  const wish = useWatch({ control }) as Wish;
  const [create, state] = useGenerationCreateMutation();
  const [key, setKey] = useState(newKey);
  const submit = handleSubmit(async (fields) => {
    const made = await create({ newBatch: batchOf(documents, fields), "idempotency-key": key });
    if (made.data) return onMade(made.data.data.id);
    setKey(newKey()); // what is sent next may be something else
    const { field, message } = failureOf(made.error);
    if (field && FIELDS[field]) setError(FIELDS[field], { message });
  });
  const failure = state.error ? failureOf(state.error) : null;
  const error = (name: keyof Wish) => formState.errors[name]?.message;
  return (
    <Modal
      open
      title={`Samples from ${documents.length} ${documents.length === 1 ? "document" : "documents"}`}
      okText="Generate"
      confirmLoading={state.isLoading}
      onOk={() => void submit()}
      onCancel={onClose}
    >
      <form noValidate className="flex flex-col gap-4 py-2" onSubmit={(event) => void submit(event)}>
        <fieldset className="m-0 p-0">
          <legend className="mb-1 font-medium">How</legend>
          <Controller
            name="method"
            control={control}
            render={({ field }) => (
              <Radio.Group
                {...field}
                options={[
                  { value: "extractive", label: "By rules, without a model" },
                  { value: "endpoint", label: "By a model at an endpoint" },
                ]}
              />
            )}
          />
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-3">
          <Figure name="count" label="Samples" control={control} error={error("count")} step={50} />
          <Figure name="quality" label="Least quality" control={control} error={error("quality")} step={0.05} />
          <Figure name="seed" label="Seed" control={control} error={error("seed")} step={1} />
        </div>
        <p className="-mt-2 text-xs text-soft">
          Asked {wish.count}, you get {wish.count} or a reason for each that is missing. The same seed makes the same
          choice.
        </p>
        {wish.method === "endpoint" && (
          <>
            <Text name="endpoint" label="Endpoint" control={control} error={error("endpoint")} />
            <div className="grid gap-4 sm:grid-cols-2">
              <Text name="model" label="Model" control={control} error={error("model")} />
              <Figure name="temperature" label="Temperature" control={control} error={error("temperature")} step={0.1} />
            </div>
            <Text name="template" label="Prompt template (Jinja; empty: built in)" control={control} error={error("template")} area />
          </>
        )}
        {failure && (
          <p role="alert" className="break-words text-bad">
            {failure.message} {failure.remedy}
          </p>
        )}
        <CopyCommand command={generateCommand(documents, wish)} />
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

/** Names of the request's fields as the form has them. */
const FIELDS: Record<string, Path<Wish>> = {
  count: "count",
  quality_threshold: "quality",
  seed: "seed",
  endpoint: "endpoint",
  model: "model",
  template: "template",
  temperature: "temperature",
};

interface InputProps {
  name: Path<Wish>;
  label: string;
  control: Control<Wish>;
  error?: string;
}

function Figure({ name, label, control, error, step }: InputProps & { step: number }): ReactElement {
  return (
    <Field name={name} label={label} error={error}>
      <Controller
        name={name}
        control={control}
        render={({ field }) => (
          <InputNumber
            {...field}
            id={name}
            step={step}
            autoFocus={name === "count"}
            className="w-full!"
            status={error && "error"}
            aria-invalid={!!error}
            value={field.value as number}
          />
        )}
      />
    </Field>
  );
}

function Text({ name, label, control, error, area }: InputProps & { area?: boolean }): ReactElement {
  return (
    <Field name={name} label={label} error={error}>
      <Controller
        name={name}
        control={control}
        render={({ field }) =>
          area ? (
            <Input.TextArea {...field} id={name} rows={5} aria-invalid={!!error} />
          ) : (
            <Input {...field} id={name} status={error && "error"} aria-invalid={!!error} />
          )
        }
      />
    </Field>
  );
}
