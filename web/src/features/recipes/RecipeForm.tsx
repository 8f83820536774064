import { Input, InputNumber, Radio, Select } from "antd";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { FormField } from "@/shared/ui/Field";
import { Parts } from "./Parts";
import { KINDS, type Fields, type Method } from "./recipe";

/** What a recipe says, field by field. */
export function RecipeForm({ onSubmit }: { onSubmit: () => void }) {
  const { control, setValue, getValues } = useFormContext<Fields>();
  const method = useWatch({ control, name: "method" });
  const kindsOf = (next: Method) => {
    const known: readonly string[] = KINDS[next];
    setValue(
      "parts",
      getValues("parts").filter((part) => known.includes(part.kind)),
    );
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <FormField control={control} name="name" label="Name" hint="Every text saved under a name is its next version.">
        {(field) => <Input {...field} placeholder="support-questions" autoComplete="off" />}
      </FormField>
      <fieldset className="m-0 p-0">
        <legend className="mb-1 font-medium">How</legend>
        <Controller
          name="method"
          control={control}
          render={({ field }) => (
            <Radio.Group
              {...field}
              onChange={(event) => {
                field.onChange(event);
                kindsOf(event.target.value as Method);
              }}
              options={[
                { value: "extractive", label: "By rules, without a model" },
                { value: "endpoint", label: "By a model at an endpoint" },
              ]}
            />
          )}
        />
      </fieldset>
      {method === "endpoint" && (
        <>
          <FormField control={control} name="endpoint" label="Endpoint">
            {(field) => <Input {...field} placeholder="http://127.0.0.1:11434/v1, or transformers:" />}
          </FormField>
          <div className="grid gap-4 sm:grid-cols-2">
            <FormField control={control} name="model" label="Model">
              {(field) => <Input {...field} />}
            </FormField>
            <FormField control={control} name="temperature" label="Temperature">
              {(field) => <InputNumber {...field} step={0.1} className="w-full!" />}
            </FormField>
            <FormField control={control} name="languages" label="Languages" hint="en, de, pt-BR; each has its turn.">
              {(field) => <Select {...field} mode="tags" open={false} suffixIcon={null} />}
            </FormField>
            <FormField control={control} name="personas" label="Personas" hint="Who asks: a new nurse.">
              {(field) => <Select {...field} mode="tags" open={false} suffixIcon={null} />}
            </FormField>
          </div>
        </>
      )}
      <Parts method={method} />
      <button type="submit" hidden />
    </form>
  );
}
