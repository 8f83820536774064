import { zodResolver } from "@hookform/resolvers/zod";
import { Input, InputNumber, Modal, Radio } from "antd";
import { useState, type ReactElement } from "react";
import { Controller, useForm, useWatch, type Control, type Path } from "react-hook-form";
import { useGenerationCreateMutation } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { CopyCommand } from "@/shared/ui/CopyCommand";
import { FormField } from "@/shared/ui/Field";
import { newKey } from "@/shared/ui/newKey";
import { Refusal } from "@/shared/ui/states";
import { batchOf, generateCommand, schema, START, type Wish } from "./generate";

interface Props {
  documents: readonly string[];
  onClose: () => void;
  onMade: (batch: string) => void;
}

/** Asks for samples from some documents. */
export function Generate({ documents, onClose, onMade }: Props) {
  const { control, handleSubmit, setError } = useForm<Wish>({
    resolver: zodResolver(schema),
    defaultValues: START,
    mode: "onTouched",
  });
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
          <Figure name="count" label="Samples" control={control} step={50} />
          <Figure name="quality" label="Least quality" control={control} step={0.05} />
          <Figure name="seed" label="Seed" control={control} step={1} />
        </div>
        <p className="-mt-2 text-xs text-soft">
          Asked {wish.count}, you get {wish.count} or a reason for each that is missing. The same seed makes the same
          choice.
        </p>
        {wish.method === "endpoint" && (
          <>
            <Text name="endpoint" label="Endpoint" control={control} />
            <div className="grid gap-4 sm:grid-cols-2">
              <Text name="model" label="Model" control={control} />
              <Figure name="temperature" label="Temperature" control={control} step={0.1} />
            </div>
            <Text name="template" label="Prompt template (Jinja; empty: built in)" control={control} area />
          </>
        )}
        <Refusal failure={failure} />
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
}

function Figure({ step, ...rest }: InputProps & { step: number }): ReactElement {
  return (
    <FormField {...rest}>
      {({ value, ...field }) => (
        <InputNumber
          {...field}
          step={step}
          autoFocus={rest.name === "count"}
          className="w-full!"
          status={field["aria-invalid"] ? "error" : undefined}
          value={value as number}
        />
      )}
    </FormField>
  );
}

function Text({ area, ...rest }: InputProps & { area?: boolean }): ReactElement {
  return (
    <FormField {...rest}>
      {(field) =>
        area ? (
          <Input.TextArea {...field} rows={5} />
        ) : (
          <Input {...field} status={field["aria-invalid"] ? "error" : undefined} />
        )
      }
    </FormField>
  );
}
