import { Button, Input, InputNumber, Select } from "antd";
import { useFieldArray, useFormContext, useFormState, useWatch } from "react-hook-form";
import { FormField } from "@/shared/ui/Field";
import { KINDS, partOf, type Fields, type Method } from "./recipe";

const named = (kind: string) => kind.replaceAll("_", " ");

/** The kinds of a recipe, with how many samples of each. */
export function Parts({ method }: { method: Method }) {
  const { control } = useFormContext<Fields>();
  const { errors } = useFormState({ control, name: "parts" });
  const { fields, append, remove } = useFieldArray({ control, name: "parts" });
  const parts = useWatch({ control, name: "parts" });
  const left = KINDS[method].filter((kind) => !parts.some((part) => part.kind === kind));
  const problem = errors.parts?.message ?? errors.parts?.root?.message;
  return (
    <fieldset className="m-0 flex flex-col gap-3 p-0">
      <legend className="mb-1 font-medium">Kinds</legend>
      {fields.map((part, place) => (
        <div key={part.id} className="flex flex-col gap-2 rounded border border-line p-2">
          <div className="flex flex-wrap items-end gap-3">
            <FormField control={control} name={`parts.${place}.count`} label={`Samples of ${named(part.kind)}`}>
              {(field) => <InputNumber {...field} min={1} precision={0} />}
            </FormField>
            {part.kind === "conversation" && (
              <FormField control={control} name={`parts.${place}.turns`} label="Turns">
                {(field) => <InputNumber {...field} min={2} max={8} precision={0} />}
              </FormField>
            )}
            <Button className="ml-auto" onClick={() => remove(place)} aria-label={`Remove ${named(part.kind)}`}>
              Remove
            </Button>
          </div>
          {method === "endpoint" && (
            <FormField
              control={control}
              name={`parts.${place}.template`}
              label={`Prompt template of ${named(part.kind)} (Jinja; empty: built in)`}
            >
              {(field) => <Input.TextArea {...field} autoSize={{ minRows: 1, maxRows: 8 }} />}
            </FormField>
          )}
        </div>
      ))}
      {left.length > 0 && (
        <Select
          aria-label="Add a kind"
          placeholder="Add a kind"
          value={null}
          options={left.map((kind) => ({ value: kind, label: named(kind) }))}
          onChange={(kind: string | null) => kind && append(partOf(kind))}
        />
      )}
      {problem && (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
