import type { ReactElement, ReactNode } from "react";
import { Controller, type Control, type ControllerRenderProps, type FieldPath, type FieldValues } from "react-hook-form";

interface FieldProps {
  name: string;
  label: string;
  error?: string;
  hint?: string;
  children: ReactNode;
}

/** A labelled field with its error below. */
export function Field({ name, label, error, hint, children }: FieldProps) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={name} className="font-medium">
        {label}
      </label>
      {children}
      {hint && <p className="text-xs text-soft">{hint}</p>}
      {error && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

type Bound<T extends FieldValues, N extends FieldPath<T>> = ControllerRenderProps<T, N> & {
  id: N;
  "aria-invalid": boolean;
};

interface FormFieldProps<T extends FieldValues, N extends FieldPath<T>> {
  control: Control<T>;
  name: N;
  label: string;
  hint?: string;
  /** The input, made from what binds it to the form. */
  children: (field: Bound<T, N>) => ReactElement;
}

/** A field of a form, with what the form says against it. */
export function FormField<T extends FieldValues, N extends FieldPath<T>>(props: FormFieldProps<T, N>) {
  const { control, name, label, hint, children } = props;
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState: { error } }) => (
        <Field name={name} label={label} hint={hint} error={error?.message}>
          {children({ ...field, id: name, "aria-invalid": !!error })}
        </Field>
      )}
    />
  );
}
